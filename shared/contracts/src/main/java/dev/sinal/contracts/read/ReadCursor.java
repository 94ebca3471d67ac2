package dev.sinal.contracts.read;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An open read. The reader pulls frame by frame, which is the back pressure; the store forgets a cursor after 30 s without a pull.
 * {@link #close} it unless {@link #ended}. One call of {@link #next} at a time.
 */
public final class ReadCursor {
    private final Vertx vertx;
    private final DeliveryOptions options;
    private final ReadOpened opened;
    private final AtomicBoolean pulling = new AtomicBoolean();
    private final @Nullable Long before;
    private final EntryParts parts = new EntryParts();
    private volatile @Nullable List<ReadFrame.Entry> first;
    private volatile boolean ended;
    private volatile boolean released;

    ReadCursor(Vertx vertx, DeliveryOptions options, ReadOpened opened, ReadFrame first) {
        this.vertx = vertx;
        this.options = options;
        this.opened = opened;
        this.before = first.before();
        this.first = parts.add(first);
        this.released = first.end() || opened.cursor() == null;
    }

    /** Streams and gaps of the range. */
    public ReadOpened opened() {
        return opened;
    }

    /** See {@link ReadFrame#before}; of the whole read. */
    public @Nullable Long before() {
        return before;
    }

    /** Whether what {@link #next} has given is all, although it was not asked again. */
    boolean exhausted() {
        return released && first == null;
    }

    /** True after {@link #next} answered that nothing follows. */
    public boolean ended() {
        return ended;
    }

    /** The next chunks; an empty list at the end and from then on. Fails typed ({@link RpcError}); then the cursor is released. */
    public Future<List<ReadFrame.Entry>> next() {
        List<ReadFrame.Entry> pending = first;
        if (pending != null) {
            first = null;
            if (!pending.isEmpty()) {
                return Future.succeededFuture(pending);
            }
        }
        if (released) {
            ended = true;
            return Future.succeededFuture(List.of());
        }
        if (!pulling.compareAndSet(false, true)) {
            return Future.failedFuture(new IllegalStateException("next is still under way"));
        }
        return pull().onComplete(done -> pulling.set(false)).recover(this::failed);
    }

    private Future<List<ReadFrame.Entry>> pull() {
        return vertx.eventBus()
                .<Buffer>request(opened.address(), command("next"), options)
                .map(reply -> ReadFrame.from(reply.body()))
                .compose(this::received);
    }

    private Future<List<ReadFrame.Entry>> received(ReadFrame frame) {
        List<ReadFrame.Entry> entries = parts.add(frame);
        if (frame.end()) {
            released = true;
        } else if (entries.isEmpty()) {
            // A part of a large chunk; or the frame's bytes went into rows that are filtered out.
            return pull();
        }
        ended = entries.isEmpty();
        return Future.succeededFuture(entries);
    }

    private <T> Future<T> failed(Throwable failure) {
        close();
        return Future.failedFuture(ReadClient.typedOpen(failure));
    }

    /** Tells the store that the reader is still busy with the last chunks, which counts as a pull. */
    public void keep() {
        if (!released) {
            vertx.eventBus().send(opened.address(), command("keep"));
        }
    }

    /** Lets go of the cursor in the store. Safe to repeat. */
    public void close() {
        first = null;
        if (!released) {
            released = true;
            vertx.eventBus().send(opened.address(), command("close"));
        }
    }

    private JsonObject command(String op) {
        return new JsonObject().put("op", op).put("cursor", opened.cursor());
    }
}
