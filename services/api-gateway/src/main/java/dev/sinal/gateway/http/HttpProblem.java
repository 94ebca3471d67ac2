package dev.sinal.gateway.http;

import io.vertx.core.json.JsonObject;

/** A refusal that only HTTP knows; everything else is an {@code RpcError}. */
public final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String name;
    private final String title;
    private final transient JsonObject data;

    private HttpProblem(int status, String name, String title, String detail, JsonObject data) {
        super(detail, null, false, false);
        this.status = status;
        this.name = name;
        this.title = title;
        this.data = data;
    }

    public static HttpProblem badRequest(String detail) {
        return new HttpProblem(400, "bad-request", "Not an acceptable request", detail, new JsonObject());
    }

    public static HttpProblem methodNotAllowed(String detail) {
        return new HttpProblem(405, "method-not-allowed", "Method not allowed", detail, new JsonObject());
    }

    public static HttpProblem notAcceptable(String detail) {
        return new HttpProblem(406, "not-acceptable", "No such representation", detail, new JsonObject());
    }

    public static HttpProblem timeout(String detail) {
        return new HttpProblem(408, "request-timeout", "Request took too long", detail, new JsonObject());
    }

    public static HttpProblem unsupportedMedia(String detail) {
        return new HttpProblem(415, "unsupported-media", "Unsupported media type", detail, new JsonObject());
    }

    /** For a status that the HTTP layer itself chose. */
    static HttpProblem ofStatus(int status) {
        return switch (status) {
            case 405 -> methodNotAllowed("this address does not answer that method; see the Allow header");
            case 406 -> notAcceptable("none of the accepted types can be served here");
            case 415 -> unsupportedMedia("that content type is not understood here");
            case 414 ->
                new HttpProblem(414, "uri-too-long", "Address too long", "shorten the address", new JsonObject());
            case 431 ->
                new HttpProblem(
                        431,
                        "headers-too-large",
                        "Headers too large",
                        "send fewer or shorter headers",
                        new JsonObject());
            default -> badRequest("the request could not be understood");
        };
    }

    int status() {
        return status;
    }

    String name() {
        return name;
    }

    String title() {
        return title;
    }

    JsonObject data() {
        return data;
    }
}
