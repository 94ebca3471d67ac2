package dev.sinal.gateway.rpc;

import dev.sinal.gateway.auth.Principal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A method that can be called.
 *
 * @param scope that the caller's token needs
 * @param params in the order in which they are taken from an array
 */
record RpcMethod(String name, String scope, String summary, List<Param> params, Body body) {
    RpcMethod {
        params = List.copyOf(params);
    }

    /** @param type of JSON Schema */
    record Param(String name, String type, boolean required, String description) {}

    @FunctionalInterface
    interface Body {
        Future<JsonObject> call(Principal principal, JsonObject params);
    }
}
