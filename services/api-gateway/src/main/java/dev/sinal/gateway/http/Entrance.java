package dev.sinal.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The first handler: request id, security headers, Host guard, metrics. */
public final class Entrance implements Handler<RoutingContext> {
    public static final String REQUEST_ID = "sinal.request.id";
    static final String CSP =
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

    private static final long CLOSE_WITHIN_MS = 10_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?");

    private final Set<String> hosts;
    private final boolean closeAfterBody;
    private final MeterRegistry metrics;

    /**
     * @param hosts the only names in a Host header, without port; empty = any that is well formed
     * @param closeAfterBody closes HTTP/1 connections after a request with a body: this HTTP stack reads a header name that only looks like
     *     Content-Length as if it were that (CVE-2026-102479), which a pooling proxy in front would turn into request smuggling
     */
    public Entrance(Set<String> hosts, boolean closeAfterBody, MeterRegistry metrics) {
        this.hosts = Set.copyOf(hosts);
        this.closeAfterBody = closeAfterBody;
        this.metrics = metrics;
    }

    @Override
    public void handle(RoutingContext ctx) {
        ctx.request().pause();
        FirstRequests.note(ctx.request().connection());
        String given = ctx.request().getHeader("X-Request-Id");
        String id = given != null && ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        ctx.put(REQUEST_ID, id);
        HttpServerResponse response = ctx.response();
        response.headers()
                .set("X-Request-Id", id)
                .set("X-Content-Type-Options", "nosniff")
                .set("X-Frame-Options", "DENY")
                .set("Referrer-Policy", "no-referrer")
                .set("Cross-Origin-Resource-Policy", "same-site")
                .set("Cache-Control", "no-store")
                .add("Vary", "Origin")
                .add("Vary", "Accept")
                .add("Vary", "Accept-Encoding");
        measure(ctx);
        boolean http1 = ctx.request().version() != HttpVersion.HTTP_2;
        if (closeAfterBody && http1 && hasBody(ctx.request().headers())) {
            response.putHeader("Connection", "close");
            response.endHandler(end -> closeOnceRead(ctx));
        }
        String refusal = http1 ? hostRefusal(ctx.request().headers()) : null;
        if (refusal != null) {
            Problems.answer(ctx, HttpProblem.badRequest(refusal));
            return;
        }
        String host = ctx.request().authority() == null
                ? ""
                : ctx.request().authority().toString();
        // Not every browser takes 'self' for the WebSocket of the same host.
        String sockets = host.isEmpty() ? "" : "; connect-src 'self' ws://" + host + " wss://" + host;
        response.putHeader("Content-Security-Policy", CSP + sockets);
        ctx.next();
    }

    /** A connection that is closed while the client still sends is reset, and the client never sees the answer. */
    private static void closeOnceRead(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        long timer =
                ctx.vertx().setTimer(CLOSE_WITHIN_MS, id -> request.connection().close());
        request.end().onComplete(end -> {
            ctx.vertx().cancelTimer(timer);
            request.connection().close();
        });
    }

    private static boolean hasBody(MultiMap headers) {
        String length = headers.get("Content-Length");
        return headers.contains("Transfer-Encoding") || (length != null && !length.equals("0"));
    }

    private @org.jspecify.annotations.Nullable String hostRefusal(MultiMap headers) {
        List<String> values = headers.getAll("Host");
        if (values.size() != 1 || !HOST.matcher(values.get(0)).matches()) {
            return "exactly one well-formed Host header is needed";
        }
        String host = values.get(0).replaceFirst(":[0-9]{1,5}$", "").toLowerCase(Locale.ROOT);
        if (!hosts.isEmpty() && !hosts.contains(host)) {
            return "the Host '" + host + "' is not served here; http.allowedHosts names those that are";
        }
        return null;
    }

    private void measure(RoutingContext ctx) {
        long begin = System.nanoTime();
        ctx.addEndHandler(done -> {
            String route = ctx.get(Routes.ROUTE_NAME);
            String name = route == null ? "none" : route;
            Timer.builder("sinal.gateway.requests")
                    .tag("route", name)
                    .tag("status", Integer.toString(ctx.response().getStatusCode()))
                    .register(metrics)
                    .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            metrics.counter("sinal.gateway.bytes", "route", name)
                    .increment(ctx.response().bytesWritten());
        });
    }
}
