package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.http.Door;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.Problems;
import dev.sinal.gateway.http.StrictJson;
import dev.sinal.gateway.telemetry.LiveCursor;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One WebSocket: JSON-RPC 2.0 in both directions, as docs/contracts/live-protocol.md says. Messages are answered one after the other, in order. */
final class LiveSocket implements Doors.Guest {
    static final int CLOSE_UNSUPPORTED = 1003;
    static final int CLOSE_TOO_BIG = 1009;
    static final int CLOSE_RESTART = 1012;
    static final int CLOSE_BAD_MESSAGE = 4400;
    static final int CLOSE_UNAUTHORIZED = 4401;
    static final int CLOSE_TOO_SLOW = 4408;
    static final int CLOSE_RATE = 4429;
    private static final String SCOPE = "stream:live";
    private static final int PIPE_BYTES = 256 * 1024;
    private static final int MAX_BATCH = 20;
    private static final int MAX_ID_CHARS = 64;
    private static final long NO_TIMER = -1;

    private final LiveHub hub;
    private final Catalog catalog;
    private final Doors.Seat seat;
    private final ServerWebSocket socket;
    private final Outbox outbox;
    private final InboundRate rate;
    private final Map<Integer, Viewer> viewers = new LinkedHashMap<>();
    private Future<?> tail = Future.succeededFuture();
    private @Nullable Principal principal;
    private long authTimer = NO_TIMER;
    private long pingTimer = NO_TIMER;
    private long pongTimer = NO_TIMER;
    private int bad;
    private boolean closed;

    LiveSocket(LiveHub hub, Catalog catalog, Doors.Seat seat, ServerWebSocket socket) {
        this.hub = hub;
        this.catalog = catalog;
        this.seat = seat;
        this.socket = socket;
        LiveLimits limits = hub.limits();
        this.rate = new InboundRate(limits.inboundPerSecond());
        this.outbox = new Outbox(
                hub.context().vertx(), new SocketPipe(socket, this::tooSlow), limits.queues(), hub.metrics());
    }

    private void tooSlow() {
        close(
                CLOSE_TOO_SLOW,
                "too slow: nothing was read for "
                        + hub.limits().queues().stuck().toSeconds() + " s");
    }

    /** @param known null when the first message has to say who this is */
    void open(@Nullable Principal known) {
        socket.setWriteQueueMaxSize(PIPE_BYTES);
        socket.drainHandler(ready -> outbox.drained());
        socket.textMessageHandler(text -> received(text));
        socket.binaryMessageHandler(bytes -> close(CLOSE_UNSUPPORTED, "messages to the server are text"));
        socket.frameHandler(frame -> {
            if (frame.binaryData().length() > Door.FRAME_BYTES) {
                close(CLOSE_TOO_BIG, "a frame has at most " + Door.FRAME_BYTES + " bytes");
            }
        });
        // A message that grows too long in many frames goes on growing unless somebody ends it.
        socket.exceptionHandler(failure -> close(CLOSE_TOO_BIG, "too big or not readable"));
        socket.closeHandler(gone -> {
            Short code = socket.closeStatusCode();
            if (!closed) {
                hub.metrics().closed(code == null ? "lost" : "peer");
            }
            end();
        });
        socket.pongHandler(pong -> pongTimer = cancel(pongTimer));
        pingTimer = hub.context().vertx().setPeriodic(hub.limits().pingEvery().toMillis(), timer -> ping());
        if (known == null) {
            authTimer = hub.context()
                    .vertx()
                    .setTimer(
                            hub.limits().authWait().toMillis(),
                            timer -> close(CLOSE_UNAUTHORIZED, "no authenticate in time"));
        } else {
            admit(known);
        }
    }

    private void ping() {
        if (pongTimer == NO_TIMER) {
            socket.writePing(Buffer.buffer("sinal"));
            pongTimer = hub.context()
                    .vertx()
                    .setTimer(hub.limits().pongWithin().toMillis(), timer -> close(CLOSE_TOO_SLOW, "no pong"));
        }
    }

    private void received(String text) {
        if (closed) {
            return;
        }
        if (!rate.take()) {
            close(CLOSE_RATE, "more than " + hub.limits().inboundPerSecond() + " messages a second");
            return;
        }
        tail = tail.transform(before -> closed ? Future.succeededFuture() : handle(text));
    }

    private Future<Void> handle(String text) {
        Object message;
        try {
            message = StrictJson.value(Buffer.buffer(text));
        } catch (RuntimeException e) {
            send(failure(null, e));
            misbehaved();
            return Future.succeededFuture();
        }
        if (message instanceof JsonArray batch) {
            return handleBatch(batch);
        }
        return answer(message).map(answer -> {
            if (answer != null) {
                send(answer);
            }
            return null;
        });
    }

    private Future<Void> handleBatch(JsonArray batch) {
        if (batch.isEmpty() || batch.size() > MAX_BATCH) {
            send(failure(null, RpcError.INVALID_REQUEST.exception("a batch has 1 to " + MAX_BATCH + " requests")));
            misbehaved();
            return Future.succeededFuture();
        }
        JsonArray answers = new JsonArray();
        Future<Void> done = Future.succeededFuture();
        for (Object request : batch) {
            done = done.compose(before -> answer(request)).map(answer -> {
                if (answer != null) {
                    answers.add(answer);
                }
                return null;
            });
        }
        return done.map(all -> {
            if (!answers.isEmpty()) {
                offer(answers.encode());
            }
            return null;
        });
    }

    /** Null for a notification. */
    private Future<@Nullable JsonObject> answer(@Nullable Object message) {
        if (!(message instanceof JsonObject request)
                || !(request.getValue("method") instanceof String method)
                || !validId(request.getValue("id"))) {
            misbehaved();
            return Future.succeededFuture(failure(
                    null,
                    RpcError.INVALID_REQUEST.exception(
                            "a request is {\"jsonrpc\": \"2.0\", \"method\", \"params\", \"id\"}; id is an integer or a string of at most "
                                    + MAX_ID_CHARS)));
        }
        Object id = request.getValue("id");
        boolean answered = request.containsKey("id");
        Object params = request.getValue("params");
        Future<JsonObject> result;
        try {
            result = call(method, params == null ? new JsonObject() : params);
        } catch (RuntimeException e) {
            result = Future.failedFuture(e);
        }
        return result.transform(done -> {
            JsonObject reply = done.succeeded()
                    ? new JsonObject()
                            .put("jsonrpc", "2.0")
                            .put("result", done.result())
                            .put("id", id)
                    : failure(id, done.cause());
            boolean refused = done.failed() && method.equals("authenticate");
            if (refused) {
                send(reply);
                close(CLOSE_UNAUTHORIZED, "the token was not accepted");
                return Future.succeededFuture(null);
            }
            if (!answered && method.equals("authenticate")) {
                JsonObject note = new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("method", "authenticated")
                        .put("params", done.result());
                return Future.succeededFuture(note);
            }
            return Future.succeededFuture(answered || done.failed() ? reply : null);
        });
    }

    private static boolean validId(@Nullable Object id) {
        return id == null
                || id instanceof Integer
                || id instanceof Long
                || (id instanceof String text && text.length() <= MAX_ID_CHARS);
    }

    private Future<JsonObject> call(String method, Object params) {
        if (!(params instanceof JsonObject named)) {
            return RpcError.INVALID_PARAMS.fail("params must be an object");
        }
        if (method.equals("authenticate")) {
            return authenticate(Fields.json(named));
        }
        Principal viewer = principal;
        if (viewer == null) {
            // Tell first, then close: a client that forgot sees why.
            hub.context().vertx().runOnContext(next -> close(CLOSE_UNAUTHORIZED, "authenticate first"));
            return RpcError.UNAUTHORIZED.fail("authenticate first");
        }
        return switch (method) {
            case "subscribe" -> subscribe(viewer, named);
            case "unsubscribe" -> unsubscribe(Fields.json(named));
            case "ping" -> Future.succeededFuture(new JsonObject().put("time", UtcNanos.format(UtcNanos.now())));
            default ->
                RpcError.METHOD_NOT_FOUND.fail("no method '" + abbreviated(method)
                        + "' here; known are authenticate, subscribe, unsubscribe, ping");
        };
    }

    private static String abbreviated(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "…" : text;
    }

    private Future<JsonObject> authenticate(Fields in) {
        String token = in.text("token");
        in.refuseUnknown();
        return hub.context().auth().verify(token).map(verified -> {
            verified.requireScope(SCOPE);
            Principal before = principal;
            if (before != null && !before.subject().equals(verified.subject())) {
                throw RpcError.FORBIDDEN.exception("this connection belongs to another subject: open a new one");
            }
            admit(verified);
            return new JsonObject()
                    .put("subject", verified.subject())
                    .put("scopes", new JsonArray(List.copyOf(verified.scopes())))
                    .put("expires_at", UtcNanos.format(verified.expiresAt() * 1_000_000_000L));
        });
    }

    private void admit(Principal verified) {
        if (closed) {
            return;
        }
        if (principal == null && !seat.enter(verified.subject())) {
            close(CLOSE_RATE, "too many live connections of this subject");
            return;
        }
        authTimer = cancel(authTimer);
        principal = verified;
        for (Viewer viewer : List.copyOf(viewers.values())) {
            if (!verified.sees(viewer.group().selection().agentId())) {
                viewers.remove(viewer.group().id());
                viewer.leave();
            }
        }
        long end = verified.expiresAt() * 1_000 + hub.limits().leeway().toMillis();
        long leftMs = Math.max(1, end - System.currentTimeMillis());
        authTimer = hub.context()
                .vertx()
                .setTimer(
                        leftMs,
                        timer -> close(CLOSE_UNAUTHORIZED, "the token has expired; authenticate before it does"));
    }

    private Future<JsonObject> subscribe(Principal viewer, JsonObject params) {
        viewer.requireScope(SCOPE);
        if (viewers.size() >= hub.limits().subscriptions()) {
            return RpcError.RATE_LIMITED.fail(
                    "at most " + hub.limits().subscriptions() + " subscriptions of a connection",
                    new JsonObject().put("limit", hub.limits().subscriptions()));
        }
        JsonObject rest = params.copy();
        Object from = rest.remove("from");
        Fields in = Fields.json(rest);
        Selection selection = Selection.of(in, in.texts("streams"), in.texts("metrics"), false);
        in.refuseUnknown();
        viewer.requireAgent(selection.agentId());
        LiveCursor place = LiveCursor.read(from, selection.agentId(), "/from");
        selection.refusePlace(place, "/from");
        return catalog.streams(selection.agentId()).compose(known -> {
            selection.refuseAmbiguous(known);
            return hub.feed(selection.agentId()).map(feed -> {
                known.forEach(feed::describe);
                return join(feed, selection, place).put("unknown", Unknown.of(selection, known));
            });
        });
    }

    private JsonObject join(AgentFeed feed, Selection selection, @Nullable LiveCursor place) {
        if (closed) {
            throw RpcError.UNAVAILABLE.exception("the connection was closed");
        }
        Viewer viewer = feed.join(selection, outbox);
        Viewer before = viewers.put(viewer.group().id(), viewer);
        if (before != null) {
            before.leave();
        }
        JsonArray streams = new JsonArray();
        for (LiveStream stream : feed.seenBy(viewer.group())) {
            int[] columns = viewer.group().columns(stream);
            if (columns != null) {
                viewer.knows(stream);
                streams.add(stream.describe(columns));
            }
        }
        if (place != null) {
            viewer.behind(new CatchUp(viewer, place));
            // After the answer, so that the subscription is known before its first message.
            hub.context().vertx().runOnContext(next -> viewer.begin());
        }
        return new JsonObject()
                .put("subscription", viewer.group().id())
                .put("agent_id", selection.agentId())
                .put("streams", streams);
    }

    private Future<JsonObject> unsubscribe(Fields in) {
        Long id = in.longOrNull("subscription", 1, Integer.MAX_VALUE);
        if (id == null) {
            throw in.invalid("subscription", "is missing");
        }
        in.refuseUnknown();
        Viewer viewer = viewers.remove(id.intValue());
        if (viewer == null) {
            return RpcError.NOT_FOUND.fail("no subscription " + id + " on this connection");
        }
        viewer.leave();
        return Future.succeededFuture(new JsonObject().put("subscription", id));
    }

    private static JsonObject failure(@Nullable Object id, Throwable failure) {
        RpcError error = RpcError.of(failure);
        JsonObject body = new JsonObject().put("code", error.code()).put("message", Problems.detail(error, failure));
        JsonObject data = RpcError.data(failure);
        if (!data.isEmpty()) {
            body.put("data", data);
        }
        return new JsonObject().put("jsonrpc", "2.0").put("error", body).put("id", id);
    }

    private void misbehaved() {
        if (++bad >= hub.limits().badMessages()) {
            hub.context().vertx().runOnContext(next -> close(CLOSE_BAD_MESSAGE, bad + " messages made no sense"));
        }
    }

    private void send(JsonObject message) {
        offer(message.encode());
    }

    private void offer(String text) {
        outbox.offer(LiveMessage.text(text, null));
    }

    /** Tells when to come back, in a way that spreads everybody who has to, and closes. */
    @Override
    public Future<Void> restart() {
        if (closed) {
            return Future.succeededFuture();
        }
        long retryMs = Reconnect.afterMs(
                hub.metrics().viewers(), hub.limits().connections().handshakesPerSecond());
        offer(new JsonObject()
                .put("jsonrpc", "2.0")
                .put("method", "closing")
                .put("params", new JsonObject().put("code", CLOSE_RESTART).put("retry_after_ms", retryMs))
                .encode());
        return close(CLOSE_RESTART, "restart, come back in " + retryMs + " ms");
    }

    Future<Void> close(int code, String reason) {
        if (closed) {
            return Future.succeededFuture();
        }
        hub.metrics().closed(Integer.toString(code));
        end();
        return socket.close((short) code, reason);
    }

    private void end() {
        closed = true;
        authTimer = cancel(authTimer);
        pingTimer = cancel(pingTimer);
        pongTimer = cancel(pongTimer);
        List<Viewer> left = new ArrayList<>(viewers.values());
        viewers.clear();
        left.forEach(Viewer::leave);
        outbox.close();
        seat.leave();
    }

    private long cancel(long timer) {
        if (timer != NO_TIMER) {
            hub.context().vertx().cancelTimer(timer);
        }
        return NO_TIMER;
    }
}
