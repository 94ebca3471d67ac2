package dev.sinal.gateway.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which methods the router answers at an address: for 405 and its Allow header. */
final class Methods {
    private record Place(Pattern path, Set<HttpMethod> methods) {}

    private final List<Place> places = new ArrayList<>();

    Methods(Router router) {
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null && route.methods() != null && !route.isRegexPath()) {
                String pattern = route.getPath().replaceAll(":[A-Za-z0-9_]+", "[^/]+");
                places.add(new Place(Pattern.compile(pattern), route.methods()));
            }
        }
    }

    Set<String> at(String path) {
        Set<String> methods = new TreeSet<>();
        for (Place place : places) {
            if (place.path().matcher(path).matches()) {
                place.methods().forEach(method -> methods.add(method.name()));
            }
        }
        return methods;
    }
}
