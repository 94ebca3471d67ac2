package dev.sinal.lsl;

/** What an inlet tells its owner. All calls come on the inlet's context, one at a time, and must not block. */
public interface InletListener {
    /**
     * The feed is verified. Called on every connect and reconnect, before its first sample.
     *
     * @param full the full description
     * @param recovered whether this is another outlet (another uid) than before
     */
    void opened(StreamInfo full, boolean recovered);

    /** The next samples, in order. The batch belongs to the listener. */
    void samples(SampleBatch batch);

    /** The connection is gone, after everything that was received has been delivered. The inlet goes on trying. */
    void lost(String reason);

    /** An attempt to connect came to nothing; the inlet goes on trying. A peer that broke the protocol is not told of here. */
    default void attemptFailed(String reason) {}

    /** The outcome of a wave of time probes, failures too. */
    default void probe(ClockProbe probe) {}

    /** The inlet gave up and is closed: the peer breaks the protocol again and again, or its description is unusable. */
    void failed(LslException error);
}
