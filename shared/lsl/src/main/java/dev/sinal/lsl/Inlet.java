package dev.sinal.lsl;

import io.vertx.core.Future;

/**
 * Reads one stream and keeps reading it: it connects, reconnects and finds a restarted outlet again by itself until it is closed.
 * All calls are safe from any thread.
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

    /** Samples handed to the listener so far. */
    long received();

    /** Ends everything; nothing is delivered after the future has completed. */
    Future<Void> close();
}
