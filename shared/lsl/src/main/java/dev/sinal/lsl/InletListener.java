package dev.sinal.lsl;

import java.util.List;

/** What an inlet tells its owner and its consumers. All calls come on the inlet's context, one at a time, and must not block. */
public interface InletListener {
    /**
     * The feed is verified. Called on every connect and reconnect, before its first sample.
     *
     * @param full the full description
     * @param recovered whether this is another outlet (another uid) than before
     */
    void opened(StreamInfo full, boolean recovered);

    /** The next samples, in order. The batch is never reused, but other consumers may have it too: it must not be changed. */
    void samples(SampleBatch batch);

    /** The connection is gone, after everything that was received has been delivered. The inlet goes on trying. */
    void lost(String reason);

    /** An attempt to connect came to nothing; the inlet goes on trying. A peer that broke the protocol is not told of here. */
    default void attemptFailed(String reason) {}

    /**
     * The stream is lost, and several live outlets have its identity: none is chosen until only one is left. Told again whenever
     * they change.
     *
     * @param candidates short descriptions, at least two
     */
    default void duplicate(List<StreamInfo> candidates) {}

    /** The outlet that was found again declares another nominal rate, Hz. Told right after {@code opened}. */
    default void rateChanged(double before, double now) {}

    /**
     * The producer's clock may be another one than before: older corrections say nothing about the stamps that follow. For another
     * outlet it is told right after {@code opened}, if there was a correction.
     */
    default void clockReset(ClockReset reset) {}

    /** Stamps are not what they should be. Told at once when first seen, then at most once a minute for each kind. */
    default void stampsSuspect(SuspectStamps found) {}

    /** The peer does something that is legal but hardly right, such as sending far more samples than it declares. */
    default void warned(LslProtocolException what) {}

    /** The outcome of a wave of time probes, failures too. */
    default void probe(ClockProbe probe) {}

    /** The inlet gave up and is closed: the peer breaks the protocol again and again, or its description is unusable. */
    void failed(LslException error);

    /** The last call: the inlet is closed, by its owner or after {@code failed}, or after {@code lost} if it does not recover. */
    default void closed() {}
}
