package dev.sinal.gateway.live;

import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.json.JsonObject;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One subscription of one connection. */
final class Viewer {
    private final ViewGroup group;
    private final Outbox outbox;
    private final BitSet announced = new BitSet();
    private @Nullable CatchUp catchUp;

    Viewer(ViewGroup group, Outbox outbox) {
        this.group = group;
        this.outbox = outbox;
    }

    ViewGroup group() {
        return group;
    }

    Outbox outbox() {
        return outbox;
    }

    /** Whether it gets the group's messages of a stream; else the catching up sends its own. */
    boolean shares(String streamId) {
        CatchUp running = catchUp;
        return running == null || !running.concerns(streamId);
    }

    /** History has more of a quiet stream than was known. */
    void stored(String streamId) {
        CatchUp running = catchUp;
        if (running != null) {
            running.stored(streamId);
        }
    }

    /** A recorded gap has just been told. */
    void toldGap(JsonObject payload) {
        CatchUp running = catchUp;
        if (running != null) {
            running.toldGap(payload);
        }
    }

    /** From here on its messages are its own, until it has reached the others. Set as it joins: a frame in between would come twice. */
    void behind(CatchUp task) {
        catchUp = task;
    }

    /** Starts to send what it missed. */
    void begin() {
        CatchUp task = catchUp;
        if (task != null) {
            task.start();
        }
    }

    /** A message that everybody gets. */
    void shared(LiveFrame frame, LiveMessage message) {
        announce(frame.stream());
        outbox.offer(message);
    }

    void whileCatchingUp(LiveFrame frame) {
        CatchUp running = catchUp;
        if (running != null) {
            running.live(frame);
        }
    }

    /** Samples for this viewer alone. @param place where it is after them */
    void send(LiveFrame frame, LiveCursor place) {
        boolean counted = group.selection().format() == Selection.Format.BINARY;
        LiveMessage message = group.encode(frame, counted ? null : place.encode());
        if (message != null) {
            announce(frame.stream());
            outbox.offer(message);
        }
    }

    /** Layouts that the answer to subscribe has described. */
    void knows(LiveStream stream) {
        announced.set(stream.index());
    }

    private void announce(LiveStream stream) {
        if (group.selection().format() != Selection.Format.BINARY || announced.get(stream.index())) {
            return;
        }
        announced.set(stream.index());
        int[] columns = group.columns(stream);
        JsonObject note = new JsonObject()
                .put("jsonrpc", "2.0")
                .put("method", "stream")
                .put(
                        "params",
                        new JsonObject()
                                .put("subscription", group.id())
                                .put("stream", stream.describe(columns == null ? new int[0] : columns)));
        outbox.offer(LiveMessage.text(note.encode(), null));
    }

    void leave() {
        CatchUp running = catchUp;
        if (running != null) {
            running.cancel();
            catchUp = null;
        }
        outbox.forget(group.id());
        group.feed().leave(this);
    }

    /** Places of a reader who has seen what the feed has given so far. */
    Map<String, StreamPosition> places() {
        return new HashMap<>(group.feed().places(group.selection()));
    }
}
