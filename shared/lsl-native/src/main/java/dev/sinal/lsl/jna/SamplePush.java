package dev.sinal.lsl.jna;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.net.Conversion;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Hands samples to a native outlet through buffers of its own, used again and again. Its owner lets one thread in at a time. */
final class SamplePush {
    private static final long KEPT = 1 << 20;

    private final ChannelFormat format;
    private final int channels;
    private final LslLimits limits;
    private Memory values = new Memory(4_096);
    private Memory lengths = new Memory(512);
    private Memory stamps = new Memory(512);

    SamplePush(StreamInfo info, LslLimits limits) {
        this.format = info.format();
        this.channels = info.channelCount();
        this.limits = limits;
    }

    /** @throws IllegalArgumentException if the array's type or length does not fit */
    void push(Pointer outlet, Object array, int samples, double @Nullable [] given, double lastStamp, boolean flush) {
        check(array, samples, given);
        fill(Conversion.to(format, array));
        double[] each = given;
        if (each == null && lastStamp == Outlet.DEDUCED) {
            // The library would date the first sample of a chunk backwards from -1.
            each = new double[samples];
            Arrays.fill(each, Outlet.DEDUCED);
        }
        NativeLong n = new NativeLong((long) samples * channels);
        int error = each == null ? one(outlet, n, lastStamp, flush ? 1 : 0) : all(outlet, n, each, flush ? 1 : 0);
        if (values.size() > KEPT) {
            values = new Memory(4_096);
        }
        if (error != 0) {
            throw new LslException("the native library did not take a sample: error " + error);
        }
    }

    private int one(Pointer outlet, NativeLong n, double stamp, int flush) {
        return switch (format) {
            case FLOAT32 -> Calls.lsl_push_chunk_ftp(outlet, values, n, stamp, flush);
            case DOUBLE64 -> Calls.lsl_push_chunk_dtp(outlet, values, n, stamp, flush);
            case INT32 -> Calls.lsl_push_chunk_itp(outlet, values, n, stamp, flush);
            case INT16 -> Calls.lsl_push_chunk_stp(outlet, values, n, stamp, flush);
            case INT8 -> Calls.lsl_push_chunk_ctp(outlet, values, n, stamp, flush);
            case INT64 -> Calls.lsl_push_chunk_ltp(outlet, values, n, stamp, flush);
            case STRING -> Calls.lsl_push_chunk_buftp(outlet, values, lengths, n, stamp, flush);
        };
    }

    private int all(Pointer outlet, NativeLong n, double[] each, int flush) {
        stamps = room(stamps, 8L * each.length);
        stamps.write(0, each, 0, each.length);
        return switch (format) {
            case FLOAT32 -> Calls.lsl_push_chunk_ftnp(outlet, values, n, stamps, flush);
            case DOUBLE64 -> Calls.lsl_push_chunk_dtnp(outlet, values, n, stamps, flush);
            case INT32 -> Calls.lsl_push_chunk_itnp(outlet, values, n, stamps, flush);
            case INT16 -> Calls.lsl_push_chunk_stnp(outlet, values, n, stamps, flush);
            case INT8 -> Calls.lsl_push_chunk_ctnp(outlet, values, n, stamps, flush);
            case INT64 -> Calls.lsl_push_chunk_ltnp(outlet, values, n, stamps, flush);
            case STRING -> Calls.lsl_push_chunk_buftnp(outlet, values, lengths, n, stamps, flush);
        };
    }

    private void fill(Object array) {
        int n = Array.getLength(array);
        if (format.isText()) {
            fillTexts(array, n);
            return;
        }
        values = room(values, (long) n * format.bytes());
        if (array instanceof float[] floats) {
            values.write(0, floats, 0, n);
        } else if (array instanceof double[] doubles) {
            values.write(0, doubles, 0, n);
        } else if (array instanceof int[] ints) {
            values.write(0, ints, 0, n);
        } else if (array instanceof short[] shorts) {
            values.write(0, shorts, 0, n);
        } else if (array instanceof byte[] bytes) {
            values.write(0, bytes, 0, n);
        } else {
            values.write(0, (long[]) array, 0, n);
        }
    }

    /** Pointers first, then the bytes they point to. */
    private void fillTexts(Object texts, int n) {
        byte[][] bytes = new byte[n][];
        long pointers = (long) n * Native.POINTER_SIZE;
        long total = pointers;
        for (int i = 0; i < n; i++) {
            bytes[i] = texts instanceof byte[][] raw ? raw[i] : ((String[]) texts)[i].getBytes(StandardCharsets.UTF_8);
            if (bytes[i].length > limits.stringBytes()) {
                throw new IllegalArgumentException("a string is longer than " + limits.stringBytes() + " bytes");
            }
            total += bytes[i].length + 1;
        }
        values = room(values, total);
        lengths = room(lengths, 4L * n);
        long at = pointers;
        for (int i = 0; i < n; i++) {
            values.setPointer((long) i * Native.POINTER_SIZE, values.share(at));
            values.write(at, bytes[i], 0, bytes[i].length);
            values.setByte(at + bytes[i].length, (byte) 0);
            lengths.setInt(4L * i, bytes[i].length);
            at += bytes[i].length + 1;
        }
    }

    private static Memory room(Memory buffer, long bytes) {
        return buffer.size() >= bytes ? buffer : new Memory(Math.max(bytes, 2 * buffer.size()));
    }

    private void check(Object array, int samples, double @Nullable [] given) {
        if (samples < 1) {
            throw new IllegalArgumentException("at least one sample must be pushed, got " + samples);
        }
        if (given != null && given.length != samples) {
            throw new IllegalArgumentException(samples + " samples need as many stamps, got " + given.length);
        }
        int length = Conversion.length(array);
        if (length != samples * channels) {
            throw new IllegalArgumentException(
                    samples + " samples of " + channels + " channels expected, got " + length + " values");
        }
    }
}
