package dev.sinal.gateway.rpc;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.http.Gate;
import dev.sinal.gateway.http.HttpProblem;
import dev.sinal.gateway.http.Problems;
import dev.sinal.gateway.http.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON-RPC 2.0: requests, batches, notifications. Knows nothing of how the text came here. */
public final class JsonRpc {
    static final String DISCOVER = "rpc.discover";
    private static final int MAX_BATCH = 20;
    private static final int MAX_ID_CHARS = 64;
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);

    private final Map<String, RpcMethod> methods;
    private final JsonObject document;
    private final Gate gate;

    public JsonRpc(RpcMethods methods, Gate gate) {
        this.methods = methods.byName();
        this.document = OpenRpc.document(methods.all());
        this.gate = gate;
    }

    /** The OpenRPC document. */
    public JsonObject document() {
        return document;
    }

    /** @return the answer as text; null when there is none, because everything was a notification */
    public Future<@Nullable Buffer> answer(Principal principal, Buffer text) {
        Object message;
        try {
            message = StrictJson.value(text);
        } catch (ServiceException e) {
            return Future.succeededFuture(failed(null, e).toBuffer());
        }
        if (!(message instanceof JsonArray batch)) {
            return one(principal, message).map(answer -> answer == null ? null : answer.toBuffer());
        }
        if (batch.isEmpty() || batch.size() > MAX_BATCH) {
            return Future.succeededFuture(failed(
                            null,
                            RpcError.INVALID_REQUEST.exception(
                                    "a batch has 1 to " + MAX_BATCH + " requests, this one has " + batch.size(),
                                    new JsonObject().put("limit", MAX_BATCH)))
                    .toBuffer());
        }
        return all(principal, batch);
    }

    private Future<@Nullable Buffer> all(Principal principal, JsonArray batch) {
        List<Future<@Nullable JsonObject>> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            answers.add(one(principal, batch.getValue(i)));
        }
        return Future.join(answers).map(done -> {
            JsonArray array = new JsonArray();
            answers.stream()
                    .map(Future::result)
                    .filter(java.util.Objects::nonNull)
                    .forEach(array::add);
            return array.isEmpty() ? null : array.toBuffer();
        });
    }

    /** Never fails. */
    private Future<@Nullable JsonObject> one(Principal principal, @Nullable Object message) {
        if (!(message instanceof JsonObject request)) {
            return Future.succeededFuture(
                    failed(null, RpcError.INVALID_REQUEST.exception("a request must be an object")));
        }
        boolean notification = !request.containsKey("id");
        Object id = request.getValue("id");
        Future<Object> result;
        try {
            check(request, id);
            result = call(principal, request);
        } catch (RuntimeException e) {
            boolean unusable = RpcError.of(e) == RpcError.INVALID_REQUEST;
            return Future.succeededFuture(notification && !unusable ? null : failed(usable(id) ? id : null, e));
        }
        return result.transform(done -> {
            if (notification) {
                return Future.succeededFuture(null);
            }
            return Future.succeededFuture(
                    done.succeeded()
                            ? new JsonObject()
                                    .put("jsonrpc", "2.0")
                                    .put("result", done.result())
                                    .put("id", id)
                            : failed(id, done.cause()));
        });
    }

    private static boolean usable(@Nullable Object id) {
        return id == null || id instanceof Number || (id instanceof String text && text.length() <= MAX_ID_CHARS);
    }

    private static void check(JsonObject request, @Nullable Object id) {
        if (!"2.0".equals(request.getValue("jsonrpc"))) {
            throw RpcError.INVALID_REQUEST.exception("jsonrpc must be \"2.0\"");
        }
        if (!(request.getValue("method") instanceof String)) {
            throw RpcError.INVALID_REQUEST.exception("method must be a string");
        }
        if (!usable(id)) {
            throw RpcError.INVALID_REQUEST.exception(
                    "id must be a number, null, or a string of at most " + MAX_ID_CHARS + " characters");
        }
        Object params = request.getValue("params");
        if (request.containsKey("params") && !(params instanceof JsonObject) && !(params instanceof JsonArray)) {
            throw RpcError.INVALID_REQUEST.exception("params must be an object or an array");
        }
        for (String field : request.fieldNames()) {
            if (!List.of("jsonrpc", "method", "params", "id").contains(field)) {
                throw RpcError.INVALID_REQUEST.exception("unknown field: " + field);
            }
        }
    }

    private Future<Object> call(Principal principal, JsonObject request) {
        String name = request.getString("method");
        if (name.equals(DISCOVER)) {
            return Future.succeededFuture(document);
        }
        RpcMethod method = methods.get(name);
        if (method == null) {
            throw RpcError.METHOD_NOT_FOUND.exception("no method '" + name + "'; rpc.discover lists them");
        }
        principal.requireScope(method.scope());
        JsonObject params = params(method, request.getValue("params"));
        return gate.admit(principal)
                .compose(admitted -> method.body().call(principal, params))
                .map(result -> result);
    }

    private static JsonObject params(RpcMethod method, @Nullable Object given) {
        if (given instanceof JsonObject named) {
            return named;
        }
        JsonObject named = new JsonObject();
        if (given instanceof JsonArray positional) {
            if (positional.size() > method.params().size()) {
                throw RpcError.INVALID_PARAMS.exception(
                        method.name() + " takes at most " + method.params().size() + " params");
            }
            for (int i = 0; i < positional.size(); i++) {
                named.put(method.params().get(i).name(), positional.getValue(i));
            }
        }
        return named;
    }

    private static JsonObject failed(@Nullable Object id, Throwable failure) {
        RpcError error = failure instanceof HttpProblem ? RpcError.INVALID_PARAMS : RpcError.of(failure);
        if (error == RpcError.INTERNAL) {
            LOG.error("call failed", failure);
        }
        String message =
                failure instanceof HttpProblem ? String.valueOf(failure.getMessage()) : Problems.detail(error, failure);
        JsonObject body = new JsonObject().put("code", error.code()).put("message", message);
        JsonObject data = RpcError.data(failure).copy().put("type", "/problems/" + error.problem());
        return new JsonObject()
                .put("jsonrpc", "2.0")
                .put("error", body.put("data", data))
                .put("id", id);
    }
}
