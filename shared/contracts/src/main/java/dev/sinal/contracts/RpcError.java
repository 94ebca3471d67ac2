package dev.sinal.contracts;

import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;

/** The one table of failures: JSON-RPC code, HTTP status and problem name. Source: docs/contracts/errors.md. */
public enum RpcError {
    PARSE(-32700, 400, "parse-error", "Not JSON"),
    INVALID_REQUEST(-32600, 400, "invalid-request", "Not a JSON-RPC request"),
    METHOD_NOT_FOUND(-32601, 404, "method-not-found", "No such method"),
    INVALID_PARAMS(-32602, 400, "validation", "Invalid parameters"),
    INTERNAL(-32603, 500, "internal", "Internal error"),
    UNAUTHORIZED(-32001, 401, "unauthorized", "A valid token is needed"),
    FORBIDDEN(-32003, 403, "forbidden", "The token does not allow this"),
    NOT_FOUND(-32004, 404, "not-found", "Not found"),
    CONFLICT(-32009, 409, "conflict", "Conflicts with the present state"),
    TOO_LARGE(-32013, 413, "too-large", "Too large"),
    IMPOSSIBLE(-32022, 422, "impossible", "Understood, but impossible with these data"),
    RATE_LIMITED(-32029, 429, "rate-limited", "Too many requests"),
    UNAVAILABLE(-32053, 503, "unavailable", "Not available now");

    private final int code;
    private final int status;
    private final String problem;
    private final String title;

    RpcError(int code, int status, String problem, String title) {
        this.code = code;
        this.status = status;
        this.problem = problem;
        this.title = title;
    }

    public int code() {
        return code;
    }

    public int status() {
        return status;
    }

    /** Last part of the problem type {@code /problems/<name>}. */
    public String problem() {
        return problem;
    }

    public String title() {
        return title;
    }

    /** @param data what the caller needs to put it right, e.g. {@code {"limit": 10000}} */
    public ServiceException exception(String detail, JsonObject data) {
        return new ServiceException(code, detail, data);
    }

    public ServiceException exception(String detail) {
        return exception(detail, new JsonObject());
    }

    public <T> Future<T> fail(String detail, JsonObject data) {
        return Future.failedFuture(exception(detail, data));
    }

    public <T> Future<T> fail(String detail) {
        return Future.failedFuture(exception(detail));
    }

    /** INVALID_PARAMS naming one field. @param pointer JSON Pointer, or the name of a query parameter */
    public static ServiceException invalid(String pointer, String detail) {
        return INVALID_PARAMS.exception(
                detail,
                new JsonObject()
                        .put(
                                "errors",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("pointer", pointer)
                                                .put("detail", detail))));
    }

    /** IMPOSSIBLE with its code. @param impossible e.g. {@code constant_series} */
    public static ServiceException impossible(String impossible, String detail) {
        return IMPOSSIBLE.exception(detail, new JsonObject().put("code", impossible));
    }

    /** @param code a JSON-RPC code; unknown ones are INTERNAL */
    public static RpcError ofCode(int code) {
        for (RpcError error : values()) {
            if (error.code == code) {
                return error;
            }
        }
        return INTERNAL;
    }

    /** What a failed bus call means: a typed failure keeps its kind, a missing or silent service is UNAVAILABLE, all else is a bug. */
    public static RpcError of(Throwable failure) {
        if (failure instanceof ReplyException reply) {
            return reply.failureType() == ReplyFailure.RECIPIENT_FAILURE ? ofCode(reply.failureCode()) : UNAVAILABLE;
        }
        return INTERNAL;
    }

    /** The data a typed failure carries; empty when none. */
    public static JsonObject data(Throwable failure) {
        if (failure instanceof ServiceException service && service.getDebugInfo() != null) {
            return service.getDebugInfo();
        }
        return new JsonObject();
    }
}
