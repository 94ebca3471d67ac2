package dev.sinal.lsl;

/** One consumer of an inlet, until it is closed. Safe from any thread. */
public interface Subscription extends AutoCloseable {
    /** Samples this consumer lost because it was too slow; always 0 without a buffer of its own. */
    long dropped();

    /** Samples that wait for this consumer now. */
    int waiting();

    /** Nothing more is told to the consumer, but for a call that is under way. The inlet stays open. */
    @Override
    void close();
}
