package dev.sinal.contracts;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every service that can be called over the bus and every method of it, found by looking: nobody can forget one. */
final class Services {
    /** A service without an address here fails the tests. */
    private static final Map<Class<?>, String> ADDRESSES = Map.of(
            AgentManager.class, Addresses.AGENTS,
            TelemetryStore.class, Addresses.STORE,
            Analytics.class, Addresses.ANALYTICS,
            LslDirectory.class, Addresses.LSL_DIRECTORY,
            LiveTelemetry.class, Addresses.LIVE_TELEMETRY);

    private Services() {}

    static List<Class<?>> all() {
        return Records.classes()
                .filter(type -> type.isInterface() && hasProxy(type))
                .toList();
    }

    private static boolean hasProxy(Class<?> service) {
        return Services.class.getResource("/" + service.getName().replace('.', '/') + "VertxEBProxy.class") != null;
    }

    static String address(Class<?> service) {
        String address = ADDRESSES.get(service);
        if (address == null) {
            throw new AssertionError("no address for " + service + ": add it here and to docs/contracts/bus.md");
        }
        return address;
    }

    static List<Method> methods(Class<?> service) {
        return Stream.of(service.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && method.getReturnType() == Future.class)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /** What the future of a method holds. */
    static Type result(Method method) {
        return ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
    }

    static boolean nullable(Parameter parameter) {
        return Stream.concat(
                        Stream.of(parameter.getAnnotations()),
                        Stream.of(parameter.getAnnotatedType().getAnnotations()))
                .map(Annotation::annotationType)
                .anyMatch(type -> type.getSimpleName().equals("Nullable"));
    }

    /** As it is in a message. */
    static Object wire(Object value) {
        if (value instanceof Record) {
            return Wire.write(value);
        } else if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(item -> array.add(wire(item)));
            return array;
        }
        return value;
    }

    /** A raw message's body. */
    static JsonObject body(Method method, Object[] arguments) {
        JsonObject body = new JsonObject();
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            body.put(parameters[i].getName(), wire(arguments[i]));
        }
        return body;
    }
}
