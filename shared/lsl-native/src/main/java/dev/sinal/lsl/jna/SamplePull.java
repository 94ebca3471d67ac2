package dev.sinal.lsl.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.LenientText;
import org.jspecify.annotations.Nullable;

/** Takes samples out of a native inlet into buffers of its own, used again and again. For one thread. */
final class SamplePull {
    private static final int MOST_VALUES = 32_768;
    private static final int MOST_SAMPLES = 4_096;

    private final ChannelFormat format;
    private final int channels;
    private final int capacity;
    private final int valueBytes;
    private final LslLimits limits;
    private final Memory values;
    private final Memory lengths;
    private final Memory stamps;

    SamplePull(StreamInfo info, LslLimits limits) {
        this.format = info.format();
        this.channels = info.channelCount();
        this.limits = limits;
        this.capacity = Math.max(2, Math.min(MOST_SAMPLES, MOST_VALUES / channels));
        this.valueBytes = format.isText() ? Native.POINTER_SIZE : format.bytes();
        this.values = new Memory((long) capacity * channels * valueBytes);
        this.lengths = new Memory(format.isText() ? 4L * capacity * channels : 4L);
        this.stamps = new Memory(8L * capacity);
    }

    /** What the native library holds now, without waiting; null if nothing. */
    @Nullable
    SampleBatch held(InletHandle inlet) {
        return batch(pull(inlet, 0, capacity, 0.0));
    }

    /**
     * The next sample, and what came with it; null if none came within that many seconds. The native library waits for a whole
     * buffer, so one sample is waited for and the others are fetched.
     */
    @Nullable
    SampleBatch next(InletHandle inlet, double seconds) {
        int first = pull(inlet, 0, 1, seconds);
        return batch(first == 0 ? 0 : first + pull(inlet, 1, capacity - 1, 0.0));
    }

    private int pull(InletHandle inlet, int at, int most, double wait) {
        if (format.isText()) {
            return pullTexts(inlet, at, most, wait);
        }
        Pointer in = inlet.pointer();
        Pointer error = inlet.error();
        Pointer into = values.share((long) at * channels * valueBytes);
        Pointer times = stamps.share(8L * at);
        NativeLong n = new NativeLong((long) most * channels);
        NativeLong samples = new NativeLong(most);
        NativeLong got = switch (format) {
            case FLOAT32 -> Calls.lsl_pull_chunk_f(in, into, times, n, samples, wait, error);
            case DOUBLE64 -> Calls.lsl_pull_chunk_d(in, into, times, n, samples, wait, error);
            case INT32 -> Calls.lsl_pull_chunk_i(in, into, times, n, samples, wait, error);
            case INT16 -> Calls.lsl_pull_chunk_s(in, into, times, n, samples, wait, error);
            case INT8 -> Calls.lsl_pull_chunk_c(in, into, times, n, samples, wait, error);
            case INT64 -> Calls.lsl_pull_chunk_l(in, into, times, n, samples, wait, error);
            case STRING -> throw new IllegalStateException("text is pulled sample by sample");
        };
        if (got.longValue() == 0) {
            // What came before a loss is delivered first: the next pull tells of it again.
            if (at == 0) {
                inlet.checked("pull_chunk");
            }
            return 0;
        }
        return (int) (got.longValue() / channels);
    }

    /**
     * One by one: where a string has a NUL, chunks of libraries before 1.15 go on with bytes that nobody wrote. A stamp of 0 means
     * that there was no sample.
     */
    private int pullTexts(InletHandle inlet, int at, int most, double wait) {
        for (int i = 0; i < most; i++) {
            long first = (long) (at + i) * channels;
            double stamp = Calls.lsl_pull_sample_buf(
                    inlet.pointer(),
                    values.share(first * valueBytes),
                    lengths.share(4 * first),
                    channels,
                    i == 0 ? wait : 0.0,
                    inlet.error());
            if (stamp == 0.0) {
                if (at + i == 0) {
                    inlet.checked("pull_sample_buf");
                }
                return i;
            }
            stamps.setDouble(8L * (at + i), stamp);
        }
        return most;
    }

    private @Nullable SampleBatch batch(int samples) {
        if (samples == 0) {
            return null;
        }
        double receivedAt = LslClock.now();
        int n = samples * channels;
        Object array;
        switch (format) {
            case FLOAT32 -> {
                float[] floats = new float[n];
                values.read(0, floats, 0, n);
                array = floats;
            }
            case DOUBLE64 -> {
                double[] doubles = new double[n];
                values.read(0, doubles, 0, n);
                array = doubles;
            }
            case INT32 -> {
                int[] ints = new int[n];
                values.read(0, ints, 0, n);
                array = ints;
            }
            case INT16 -> {
                short[] shorts = new short[n];
                values.read(0, shorts, 0, n);
                array = shorts;
            }
            case INT8 -> {
                byte[] bytes = new byte[n];
                values.read(0, bytes, 0, n);
                array = bytes;
            }
            case INT64 -> {
                long[] longs = new long[n];
                values.read(0, longs, 0, n);
                array = longs;
            }
            case STRING -> array = texts(n);
            default -> throw new IllegalStateException(format.wireName());
        }
        double[] times = new double[samples];
        stamps.read(0, times, 0, samples);
        return new SampleBatch(format, channels, times, array, receivedAt);
    }

    /** All are freed, whatever becomes of them. */
    private String[] texts(int n) {
        String[] texts = new String[n];
        LslProtocolException tooLong = null;
        for (int i = 0; i < n; i++) {
            Pointer text = values.getPointer((long) i * Native.POINTER_SIZE);
            long length = Integer.toUnsignedLong(lengths.getInt(4L * i));
            if (length > limits.stringBytes()) {
                tooLong = new LslProtocolException("string length", limits.stringBytes(), length);
            } else {
                texts[i] = length == 0 ? "" : LenientText.decode(text.getByteArray(0, (int) length));
            }
            if (text != null) {
                Calls.lsl_destroy_string(text);
            }
        }
        if (tooLong != null) {
            throw tooLong;
        }
        return texts;
    }
}
