package dev.sinal.gateway.rpc;

import dev.sinal.contracts.RpcError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The OpenRPC document, made from the methods themselves, so that it cannot differ from them. */
final class OpenRpc {
    private OpenRpc() {}

    static JsonObject document(List<RpcMethod> methods) {
        JsonArray described = new JsonArray();
        methods.forEach(method -> described.add(describe(method)));
        described.add(new JsonObject()
                .put("name", JsonRpc.DISCOVER)
                .put("summary", "This document")
                .put("params", new JsonArray())
                .put("result", result()));
        return new JsonObject()
                .put("openrpc", "1.3.2")
                .put("info", new JsonObject().put("title", "Sinal JSON-RPC").put("version", "1.0.0"))
                .put(
                        "servers",
                        new JsonArray().add(new JsonObject().put("name", "here").put("url", "/rpc")))
                .put("methods", described);
    }

    private static JsonObject describe(RpcMethod method) {
        JsonArray params = new JsonArray();
        for (RpcMethod.Param param : method.params()) {
            params.add(new JsonObject()
                    .put("name", param.name())
                    .put("description", param.description())
                    .put("required", param.required())
                    .put("schema", new JsonObject().put("type", param.type())));
        }
        JsonArray errors = new JsonArray();
        for (RpcError error : List.of(
                RpcError.INVALID_PARAMS,
                RpcError.FORBIDDEN,
                RpcError.NOT_FOUND,
                RpcError.CONFLICT,
                RpcError.UNAVAILABLE)) {
            errors.add(new JsonObject().put("code", error.code()).put("message", error.title()));
        }
        return new JsonObject()
                .put("name", method.name())
                .put("summary", method.summary())
                .put("paramStructure", "either")
                .put("params", params)
                .put("result", result())
                .put("errors", errors)
                .put("x-scope", method.scope());
    }

    private static JsonObject result() {
        return new JsonObject().put("name", "result").put("schema", new JsonObject().put("type", "object"));
    }
}
