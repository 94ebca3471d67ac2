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
public interface Lsl {
    /** When a watch forgets a silent stream unless told otherwise. */
    Duration FORGET_AFTER = Duration.ofSeconds(5);

    /** Opens nothing yet: sockets are made on first use. */
    static Lsl create(Vertx vertx, LslConfig config) {
        return new LslNode(vertx, config);
    }

    LslConfig config();

    /**
     * Looks for streams once.
     *
     * @param minimum done as soon as this many are known; 0 = use the whole time
     * @param timeout longest search
     * @return the short descriptions found, at most {@link LslLimits#knownStreams}; fewer than {@code minimum}, even none, after the
     *     timeout
     */
    Future<List<StreamInfo>> resolve(StreamQuery query, int minimum, Duration timeout);

    /**
     * Like {@link #resolve(StreamQuery, int, Duration)}, but takes a least time even if enough streams are known, for instance to see
     * whether a name is unique.
     *
     * @param least shortest search, within the timeout
     */
    default Future<List<StreamInfo>> resolve(StreamQuery query, int minimum, Duration least, Duration timeout) {
        if (least.isZero() || least.isNegative()) {
            return resolve(query, minimum, timeout);
        }
        return resolve(query, 0, least)
                .compose(found -> found.size() >= minimum && minimum > 0 || least.compareTo(timeout) >= 0
                        ? Future.succeededFuture(found)
                        : resolve(query, minimum, timeout.minus(least)));
    }

    /**
     * Asks one port of one host, where multicasts do not reach: the service port of an outlet or a discovery port by UDP, and a data
     * port by TCP, which also passes networks and tunnels that let no UDP through (such a stream has no clock correction).
     *
     * @param host name or numeric address
     * @param port 1 to 65535
     * @return what answers there, soon after the first answer; empty after the timeout. Fails with {@link LslException} if the host's
     *     name is unknown, with {@link LslException} if this backend cannot ask single ports
     */
    default Future<List<StreamInfo>> resolveAt(String host, int port, StreamQuery query, Duration timeout) {
        return Future.failedFuture(new LslException(
                "this backend cannot ask a single port: find the stream by a query, or use the Java backend"));
    }

    /** Looks for streams until the watch is closed; a stream is forgotten when it has not answered for {@link #FORGET_AFTER}. */
    default StreamWatch watch(StreamQuery query, StreamWatch.Listener listener) {
        return watch(query, FORGET_AFTER, listener);
    }

    /**
     * Looks for streams until the watch is closed. A new stream is seen within 2 s, with the default tuning.
     *
     * @param forgetAfter how long a stream may stay silent before it counts as gone; less than two rounds of questions count as two
     */
    StreamWatch watch(StreamQuery query, Duration forgetAfter, StreamWatch.Listener listener);

    /**
     * Asks an outlet for its full description.
     *
     * @return fails with {@link LslException} if nobody answers within 10 s, or with {@link LslProtocolException} if the answer is
     *     unusable
     */
    Future<StreamInfo> fullInfo(StreamInfo shortInfo);

    /**
     * Publishes a stream. The outlet gets a new uid and free ports; it can be found when the future completes.
     *
     * @return fails with {@link LslException} if no port is free
     */
    Future<Outlet> openOutlet(StreamInfo info, OutletOptions options);

    /**
     * Reads a stream. Returns at once; the listener hears how it goes, on the caller's event loop if it has one. A
     * {@link SamplePuller} is a listener, too; further consumers come in by {@link Inlet#consume}.
     *
     * @param info a description with address and ports, as discovery brings it; without an address the stream is searched for
     */
    Inlet openInlet(StreamInfo info, InletOptions options, InletListener listener);

    /** What has happened so far. */
    LslStats stats();

    /** Closes every inlet, outlet, watch and socket. */
    Future<Void> close();
}
