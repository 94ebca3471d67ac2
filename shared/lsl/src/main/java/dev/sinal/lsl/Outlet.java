package dev.sinal.lsl;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one stream. Pushing never blocks and is safe from any thread; samples pushed by one thread keep their order.
 *
 * <p>A stamp is in seconds on {@link LslClock}; 0 means now, −1 means one period after the previous sample. Samples pushed while
 * nobody is connected are gone. A consumer too slow to keep up loses its oldest samples, which {@link #dropped} counts.
 */
public interface Outlet {
    /** The stamp that asks for the previous stamp plus one period. */
    double DEDUCED = -1.0;

    /** The full description as served, with uid, ports and host name. */
    StreamInfo info();

    /** Consumers connected now. */
    int consumers();

    /** Pushes one sample of a float32 stream. */
    void push(float[] sample, double stamp);

    /** Pushes one sample of a double64 stream. */
    void push(double[] sample, double stamp);

    /** Pushes one sample of an int32 stream. */
    void push(int[] sample, double stamp);

    /** Pushes one sample of an int64 stream. */
    void push(long[] sample, double stamp);

    /** Pushes one sample of an int16 stream. */
    void push(short[] sample, double stamp);

    /** Pushes one sample of an int8 stream. */
    void push(byte[] sample, double stamp);

    /** Pushes one sample of a string stream. */
    void push(String[] sample, double stamp);

    /**
     * Pushes consecutive samples.
     *
     * @param rowMajorArray {@code samples * channels} values in the array type of the format
     * @param stamps one per sample, or null: then {@code lastStamp} belongs to the last sample and the others precede it at the
     *     nominal rate (irregular streams: all get {@code lastStamp})
     * @throws IllegalArgumentException if the array's type or length does not fit
     */
    void pushChunk(Object rowMajorArray, int samples, double @Nullable [] stamps, double lastStamp);

    /** Samples that a slow consumer lost, summed over all consumers. */
    long dropped();

    /** Completes once at least n consumers are connected; fails when the outlet is closed before. */
    Future<Void> whenConsumers(int n);

    /** Frees all ports and ends all feeds. */
    Future<Void> close();
}
