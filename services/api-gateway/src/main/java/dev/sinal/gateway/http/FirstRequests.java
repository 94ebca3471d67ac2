package dev.sinal.gateway.http;

import io.vertx.core.http.HttpConnection;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** Connections that have sent a whole request head. */
final class FirstRequests {
    private static final Map<HttpConnection, Boolean> SEEN = Collections.synchronizedMap(new WeakHashMap<>());

    private FirstRequests() {}

    static void note(HttpConnection connection) {
        SEEN.put(connection, Boolean.TRUE);
    }

    static boolean seen(HttpConnection connection) {
        return SEEN.containsKey(connection);
    }

    static void forget(HttpConnection connection) {
        SEEN.remove(connection);
    }
}
