package dev.sinal.lsl;

import dev.sinal.lsl.net.LslNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/**
 * The door to the Lab Streaming Layer: owns the discovery sockets and everything opened through it. One per part of a process is
 * enough. Safe from any thread; futures complete on the caller's context where there is one.
 *
 * <pre>{@code
 * Lsl lsl = Lsl.create(vertx, LslConfig.load());
 * lsl.resolve(StreamQuery.parse("type='EEG'"), 1, Duration.ofSeconds(5))
 *         .onSuccess(found -> lsl.openInlet(found.get(0), InletOptions.defaults(), listener));
 * }</pre>
 */
public final class Lsl {
    private final LslNode node;

    private Lsl(LslNode node) {
        this.node = node;
    }

    /** Opens nothing yet: sockets are made on first use. */
    public static Lsl create(Vertx vertx, LslConfig config) {
        return new Lsl(new LslNode(vertx, config));
    }

    public LslConfig config() {
        return node.config();
    }

    /**
     * Looks for streams once.
     *
     * @param minimum done as soon as this many are known; 0 = use the whole time
     * @param timeout longest search
     * @return the short descriptions found, at most {@link LslLimits#knownStreams}; fewer than {@code minimum}, even none, after the
     *     timeout
     */
    public Future<List<StreamInfo>> resolve(StreamQuery query, int minimum, Duration timeout) {
        return node.resolve(query, minimum, timeout);
    }

    /** Looks for streams until the watch is closed; a stream is forgotten when it has not answered for 5 s. */
    public StreamWatch watch(StreamQuery query, StreamWatch.Listener listener) {
        return node.watch(query, listener);
    }

    /**
     * Asks an outlet for its full description.
     *
     * @return fails with {@link LslException} if nobody answers within 10 s, or with {@link LslProtocolException} if the answer is
     *     unusable
     */
    public Future<StreamInfo> fullInfo(StreamInfo shortInfo) {
        return node.fullInfo(shortInfo);
    }

    /**
     * Publishes a stream. The outlet gets a new uid and free ports; it can be found when the future completes.
     *
     * @return fails with {@link LslException} if no port is free
     */
    public Future<Outlet> openOutlet(StreamInfo info, OutletOptions options) {
        return node.openOutlet(info, options);
    }

    /**
     * Reads a stream. Returns at once; the listener hears how it goes, on the caller's event loop if it has one.
     *
     * @param info a description with address and ports, as discovery brings it; without an address the stream is searched for
     */
    public Inlet openInlet(StreamInfo info, InletOptions options, InletListener listener) {
        return node.openInlet(info, options, listener);
    }

    /** What has happened so far. */
    public LslStats stats() {
        return node.stats();
    }

    /** Closes every inlet, outlet, watch and socket. */
    public Future<Void> close() {
        return node.close();
    }
}
