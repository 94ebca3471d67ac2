package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.HttpProblem;
import dev.sinal.gateway.http.Problems;
import dev.sinal.gateway.telemetry.LiveCursor;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /telemetry/live} as JSON, event stream or WebSocket, and {@code /ws}. Mount it from the verticle that serves the router: everything here is
 * confined to that verticle's event loop.
 */
public final class LiveRoutes {
    private static final String SCOPE = "stream:live";
    private static final String BEARER = "Bearer ";
    private static final long TELL_S = 2;

    private final LiveContext context;
    private final LiveHub hub;
    private final Catalog catalog;
    private final Doors doors;
    private final RecentRows recent;

    private LiveRoutes(LiveContext context) {
        this.context = context;
        this.hub = new LiveHub(context);
        this.catalog = new Catalog(context);
        this.doors = new Doors(context.limits().connections(), hub.metrics());
        this.recent = new RecentRows(context.vertx(), hub.history(), catalog);
    }

    public static LiveRoutes mount(Router router, LiveContext context) {
        LiveRoutes routes = new LiveRoutes(context);
        router.route(HttpMethod.GET, "/telemetry/live")
                .putMetadata(Access.KEY, Access.OWN)
                .handler(routes::live);
        router.route(HttpMethod.GET, "/ws").putMetadata(Access.KEY, Access.OWN).handler(routes::webSocket);
        return routes;
    }

    /** Tells every viewer when to come back, and ends: 1012 on a WebSocket, a last {@code retry} on an event stream. Call it on the same event loop. */
    public Future<Void> stop() {
        List<Future<Void>> told = new ArrayList<>();
        for (Doors.Seat seat : List.copyOf(doors.seats())) {
            Doors.Guest guest = Doors.guest(seat);
            if (guest != null) {
                told.add(guest.restart());
            }
        }
        return Future.join(told).timeout(TELL_S, TimeUnit.SECONDS).transform(done -> Future.succeededFuture());
    }

    private static boolean upgrade(HttpServerRequest request) {
        String upgrade = request.getHeader("Upgrade");
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
    }

    private void live(RoutingContext ctx) {
        if (upgrade(ctx.request())) {
            webSocket(ctx);
            return;
        }
        String accept = ctx.request().getHeader("Accept");
        String wanted = accept == null ? "*/*" : accept.toLowerCase(Locale.ROOT);
        boolean events = wanted.contains("text/event-stream");
        if (!events && !wanted.contains("json") && !wanted.contains("application/*") && !wanted.contains("*/*")) {
            Problems.answer(
                    ctx, HttpProblem.notAcceptable("live comes as application/json, text/event-stream or WebSocket"));
            return;
        }
        guarded(
                ctx,
                required(ctx.request()).compose(principal -> events ? events(ctx, principal) : rows(ctx, principal)));
    }

    private Future<Void> rows(RoutingContext ctx, Principal principal) {
        return recent.answer(Fields.query(ctx.queryParams()), principal).compose(body -> {
            ctx.request().resume();
            return ctx.response().putHeader("Content-Type", "application/json").end(body);
        });
    }

    private Future<Void> events(RoutingContext ctx, Principal principal) {
        Fields in = Fields.query(ctx.queryParams());
        in.has("ticket");
        in.has("n");
        Selection selection = Selection.of(in, list(in, "stream"), list(in, "metrics"), true);
        principal.requireAgent(selection.agentId());
        String resume = ctx.request().getHeader("Last-Event-ID");
        String from = resume == null || resume.isEmpty() ? in.textOrNull("from") : resume;
        in.has("from");
        in.refuseUnknown();
        String pointer = resume == null || resume.isEmpty() ? "from" : "Last-Event-ID";
        LiveCursor place = LiveCursor.read(from, selection.agentId(), pointer);
        selection.refusePlace(place, pointer);
        Doors.Seat seat = doors.take(address(ctx.request()));
        if (!seat.enter(principal.subject())) {
            seat.leave();
            throw RpcError.RATE_LIMITED.exception("too many live connections of this subject");
        }
        return catalog.streams(selection.agentId())
                .compose(known -> {
                    selection.refuseAmbiguous(known);
                    return hub.feed(selection.agentId()).map(feed -> {
                        known.forEach(feed::describe);
                        return new Joined(feed, known);
                    });
                })
                .<Void>map(joined -> {
                    if (ctx.response().closed()) {
                        seat.leave();
                        return null;
                    }
                    EventStream stream = new EventStream(hub, seat, ctx.response(), principal);
                    seat.sit(stream, hub.metrics().eventStreams());
                    ctx.request().resume();
                    stream.open(joined.feed(), selection, place, Unknown.of(selection, joined.known()));
                    return null;
                })
                .onFailure(failure -> seat.leave());
    }

    private void webSocket(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!upgrade(request)) {
            Problems.answer(ctx, HttpProblem.badRequest("this address is for WebSockets: send Upgrade: websocket"));
            return;
        }
        if (!originAllowed(request)) {
            Problems.answer(ctx, RpcError.FORBIDDEN.exception("WebSockets are not open to this origin"));
            return;
        }
        Doors.Seat seat;
        try {
            seat = doors.take(address(request));
        } catch (ServiceException later) {
            Problems.answer(ctx, later);
            return;
        }
        request.pause();
        Future<Void> opened = known(request).compose(principal -> {
            if (principal != null) {
                principal.requireScope(SCOPE);
            }
            return request.toWebSocket().map(socket -> {
                LiveSocket connection = new LiveSocket(hub, catalog, seat, socket);
                seat.sit(connection, hub.metrics().sockets());
                connection.open(principal);
                return null;
            });
        });
        guarded(ctx, opened.onFailure(failure -> seat.leave()));
    }

    private static String address(HttpServerRequest request) {
        return request.remoteAddress() == null
                ? "unknown"
                : String.valueOf(request.remoteAddress().hostAddress());
    }

    private record Joined(AgentFeed feed, List<StreamDescriptor> known) {}

    private static void guarded(RoutingContext ctx, Future<Void> done) {
        done.onFailure(failure -> Problems.answer(ctx, failure));
    }

    private Future<Principal> required(HttpServerRequest request) {
        return known(request).compose(principal -> {
            if (principal == null) {
                return RpcError.UNAUTHORIZED.fail("the token is missing: send 'Authorization: Bearer <token>'");
            }
            principal.requireScope(SCOPE);
            return Future.succeededFuture(principal);
        });
    }

    /** Null when the request names nobody. */
    private Future<@Nullable Principal> known(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null) {
            String token = header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? header.substring(BEARER.length()).strip()
                    : "";
            return context.auth().verify(token).map(principal -> principal);
        }
        String ticket = request.getParam("ticket");
        return ticket == null
                ? Future.succeededFuture(null)
                : context.auth().redeem(ticket).map(principal -> principal);
    }

    /** A browser says where its page came from; other programs say nothing. */
    private boolean originAllowed(HttpServerRequest request) {
        List<String> origins = request.headers().getAll("Origin");
        if (origins.isEmpty()) {
            return true;
        }
        String host = request.getHeader("Host");
        String origin = origins.get(0);
        boolean own = host != null && (origin.equals("http://" + host) || origin.equals("https://" + host));
        return origins.size() == 1 && (own || context.allowedOrigins().contains(origin));
    }

    /** One value is a list with commas; repeated values are taken as they are, for labels that hold commas. */
    static List<String> list(Fields in, String name) {
        List<String> values = in.texts(name);
        return values.size() == 1 ? List.of(values.get(0).split(",")) : values;
    }
}
