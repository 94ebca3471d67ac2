package dev.sinal.lsl;

import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one stream. Pushing never blocks and is safe from any thread; samples pushed by one thread keep their order.
 *
 * <p>A stamp is in seconds on {@link LslClock}; 0 means now, −1 means one period after the previous sample. Samples pushed while
 * nobody is connected are gone. A consumer too slow to keep up loses its oldest samples, which {@link #dropped} counts.
 *
 * <p>Values in another type than the stream's are converted: numbers as a Java cast by way of double or long does it, numbers to and
 * from decimal text. Where types agree nothing is copied or allocated.
 */
public interface Outlet {
    /** The stamp that asks for the previous stamp plus one period. */
    double DEDUCED = -1.0;

    /** The full description as served, with uid, ports and host name. */
    StreamInfo info();

    /** Consumers connected now. */
    int consumers();

    /** Whether anybody is connected: if not, samples need not even be made. */
    default boolean haveConsumers() {
        return consumers() > 0;
    }

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

    /** Pushes one sample of a string stream as it is: any bytes, UTF-8 or not. */
    default void push(byte[][] sample, double stamp) {
        push(sample, stamp, true);
    }

    /**
     * Pushes one sample.
     *
     * @param sample one value per channel, in an array of any type that a {@link #push} takes
     * @param pushThrough whether it, and all that waits before it, is sent at once; else it may wait until a chunk is full, see
     *     {@link OutletOptions#chunkLength} and {@link InletOptions}
     * @throws IllegalArgumentException if the array's type or length does not fit
     */
    void push(Object sample, double stamp, boolean pushThrough);

    /** Pushes consecutive samples that are sent at once. As {@link #pushChunk(Object, int, double[], double, boolean)}. */
    default void pushChunk(Object rowMajorArray, int samples, double @Nullable [] stamps, double lastStamp) {
        pushChunk(rowMajorArray, samples, stamps, lastStamp, true);
    }

    /**
     * Pushes consecutive samples.
     *
     * @param rowMajorArray {@code samples * channels} values
     * @param stamps one per sample, or null: then {@code lastStamp} belongs to the last sample and the others precede it at the
     *     nominal rate (irregular streams: all get {@code lastStamp})
     * @param pushThrough whether they, and all that waits before them, are sent at once
     * @throws IllegalArgumentException if the array's type or length does not fit
     */
    void pushChunk(
            Object rowMajorArray, int samples, double @Nullable [] stamps, double lastStamp, boolean pushThrough);

    /** Samples that a slow consumer lost, summed over all consumers. */
    long dropped();

    /** Completes once at least n consumers are connected; fails when the outlet is closed before. */
    Future<Void> whenConsumers(int n);

    /**
     * Waits for consumers, but not for ever.
     *
     * @return true once at least n are connected, false if they are not in time; fails when the outlet is closed before
     */
    Future<Boolean> whenConsumers(int n, Duration timeout);

    /** Frees all ports and ends all feeds. */
    Future<Void> close();
}
