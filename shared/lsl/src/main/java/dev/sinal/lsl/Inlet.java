package dev.sinal.lsl;

import io.vertx.core.Future;
import java.util.concurrent.Executor;

/**
 * Reads one stream and keeps reading it: it connects, reconnects and finds a restarted outlet again by itself until it is closed.
 * All calls are safe from any thread.
 *
 * <p>Any number of consumers can share an inlet, and so one connection to the outlet. They come and go as they like; a late one gets
 * what comes after it.
 */
public interface Inlet {
    /** Where an inlet is in its life. */
    enum State {
        /** Not yet connected for the first time. */
        CONNECTING,
        /** The feed is verified; samples come. */
        OPEN,
        /** The connection is gone; the inlet is trying to get it back. */
        LOST,
        /** Closed or given up; nothing more will come. */
        CLOSED
    }

    /** The latest known description; the full one once the inlet was open. */
    StreamInfo info();

    State state();

    /** Samples received so far. */
    long received();

    /** The corrections measured for this stream's clock. */
    ClockSeries clock();

    /** Samples with stamps of that kind since the inlet was made. */
    long suspectStamps(SuspectStamps.Kind kind);

    /**
     * Adds a consumer that is called on the inlet's context, without a buffer: it must not block. If the inlet is open the consumer
     * hears {@code opened} first, if it is closed only {@code closed}.
     */
    Subscription consume(InletListener consumer);

    /**
     * Adds a consumer with a buffer of its own. Its calls come one at a time, in order, on the executor, and may take their time.
     *
     * @param executor where the consumer is called: a thread pool, or {@code task -> context.runOnContext(go -> task.run())}
     */
    default Subscription consume(ConsumerOptions options, Executor executor, InletListener consumer) {
        BufferedConsumer buffered = new BufferedConsumer(options, executor, consumer);
        return buffered.of(consume((InletListener) buffered));
    }

    /** Adds a consumer that pulls, for threads that may block. */
    default SamplePuller puller(ConsumerOptions options) {
        SamplePuller puller = new SamplePuller(options);
        puller.of(consume(puller));
        return puller;
    }

    /**
     * Stops reading from the connection. This moves the loss into the outlet: it goes on queueing samples for us, and once its queue
     * is full it drops the oldest without telling anybody. Consumers that fall behind need no pause: they have buffers. While paused,
     * the end of the connection may go unnoticed.
     */
    Future<Void> pause();

    /** Reads again; what the outlet still has comes first. */
    Future<Void> resume();

    /** Ends everything; nothing is delivered after the future has completed. */
    Future<Void> close();
}
