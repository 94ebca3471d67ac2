package dev.sinal.gateway.live;

import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.telemetry.LiveCursor;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One server-sent event stream of one agent. */
final class EventStream implements Outbox.Pipe, Doors.Guest {
    private static final int PIPE_BYTES = 256 * 1024;
    private static final long RETRY_MS = 1_000;
    private static final long NO_TIMER = -1;

    private final LiveHub hub;
    private final Doors.Seat seat;
    private final HttpServerResponse response;
    private final Principal principal;
    private final Outbox outbox;
    private @Nullable Viewer viewer;
    private long heartbeat = NO_TIMER;
    private long expiry = NO_TIMER;
    private boolean ended;

    EventStream(LiveHub hub, Doors.Seat seat, HttpServerResponse response, Principal principal) {
        this.hub = hub;
        this.seat = seat;
        this.response = response;
        this.principal = principal;
        this.outbox = new Outbox(hub.context().vertx(), this, hub.limits().queues(), hub.metrics());
    }

    void open(AgentFeed feed, Selection selection, @Nullable LiveCursor place, JsonArray unknown) {
        response.setChunked(true)
                .setWriteQueueMaxSize(PIPE_BYTES)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                // A compressor would hold events back until it has enough of them.
                .putHeader("Content-Encoding", "identity")
                .putHeader("X-Accel-Buffering", "no")
                .drainHandler(ready -> outbox.drained())
                .exceptionHandler(failure -> end("lost"))
                .closeHandler(gone -> end("peer"));
        response.write("retry: " + RETRY_MS + "\n\n");
        if (!unknown.isEmpty()) {
            JsonObject payload =
                    new JsonObject().put("agent_id", selection.agentId()).put("unknown", unknown);
            response.write("event: subscribed\ndata: "
                    + AcpMessage.now("subscribed", payload).toJson().encode() + "\n\n");
        }
        heartbeat = hub.context().vertx().setPeriodic(hub.limits().heartbeat().toMillis(), timer -> {
            if (!response.writeQueueFull()) {
                response.write(": alive\n\n");
            }
        });
        long until = principal.expiresAt() * 1_000 + hub.limits().leeway().toMillis();
        long leftMs = Math.max(1, until - System.currentTimeMillis());
        expiry = hub.context().vertx().setTimer(leftMs, timer -> {
            end(Integer.toString(LiveSocket.CLOSE_UNAUTHORIZED));
            response.end();
        });
        Viewer joined = feed.join(selection, outbox);
        viewer = joined;
        if (place != null) {
            joined.behind(new CatchUp(joined, place));
            joined.begin();
        }
    }

    @Override
    public boolean full() {
        return response.writeQueueFull();
    }

    @Override
    public void write(LiveMessage message) {
        Buffer bytes = message.bytes();
        if (bytes != null && !response.ended()) {
            response.write(bytes);
        }
    }

    /** The client reconnects with the id of the last event it read, so nothing is lost by this. */
    @Override
    public void cut() {
        end(Integer.toString(LiveSocket.CLOSE_TOO_SLOW));
        response.reset();
    }

    /** An event source waits as long as the last {@code retry} said. */
    @Override
    public Future<Void> restart() {
        if (ended) {
            return Future.succeededFuture();
        }
        long retryMs = Reconnect.afterMs(
                hub.metrics().viewers(), hub.limits().connections().handshakesPerSecond());
        end(Integer.toString(LiveSocket.CLOSE_RESTART));
        return response.end("retry: " + retryMs + "\n\n");
    }

    private void end(String code) {
        if (ended) {
            return;
        }
        ended = true;
        hub.metrics().closed(code);
        hub.context().vertx().cancelTimer(heartbeat);
        hub.context().vertx().cancelTimer(expiry);
        Viewer leaving = viewer;
        if (leaving != null) {
            leaving.leave();
        }
        outbox.close();
        seat.leave();
    }
}
