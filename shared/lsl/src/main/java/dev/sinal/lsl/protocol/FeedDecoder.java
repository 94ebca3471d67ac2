package dev.sinal.lsl.protocol;

import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What follows the handshake on a data connection, cut anywhere, to samples. Not safe for several threads. */
public interface FeedDecoder {
    /** Makes room for more bytes and returns where to put them; {@link #filled} says how many were. */
    ByteBuffer room(int length);

    /** Takes what was put into the buffer of {@link #room}. */
    void filled(int length);

    default void feed(byte[] bytes, int offset, int length) {
        room(length).put(bytes, offset, length);
        filled(length);
    }

    /** Whether the test pattern was right. */
    boolean verified();

    /** Samples that wait for a first stamp. */
    int held();

    /**
     * Everything that is complete, up to the first sample that breaks the protocol: to be called until it returns null.
     *
     * @param receivedAt when the latest bytes came, seconds
     * @return null if no sample is ready
     * @throws LslProtocolException if the bytes break the protocol or a limit
     */
    @Nullable
    SampleBatch next(double receivedAt);

    /** Gives up waiting for a first stamp: what is held comes out with NaN, and so do its followers until a stamp comes. */
    @Nullable
    SampleBatch giveUpHolding(double receivedAt);
}
