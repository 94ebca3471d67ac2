package dev.sinal.lsl.net;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.SampleEncoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns pushes into packets: checks them, gives every sample its stamp. Not safe for several threads. */
final class SamplePacker {
    private final ChannelFormat format;
    private final int channels;
    private final double period;
    private final LslLimits limits;
    private double last = Double.NaN;

    SamplePacker(StreamInfo info, LslLimits limits) {
        this.format = info.format();
        this.channels = info.channelCount();
        this.period = info.nominalRate() > 0 ? 1.0 / info.nominalRate() : 0.0;
        this.limits = limits;
    }

    /**
     * One sample.
     *
     * @param wanted whether anybody will get the packet; if not it is not made
     */
    @Nullable
    SamplePacket one(Object values, double stamp, boolean wanted) {
        check(values, 1);
        boolean deduced = stamp == Outlet.DEDUCED && !Double.isNaN(last);
        last = deduced ? last + period : explicit(stamp);
        return wanted ? pack(values, new double[] {last}, deduced ? 0 : 1) : null;
    }

    /** Consecutive samples; see {@link Outlet#pushChunk}. */
    @Nullable
    SamplePacket chunk(Object values, int samples, double @Nullable [] given, double lastStamp, boolean wanted) {
        check(values, samples);
        if (given != null && given.length != samples) {
            throw new IllegalArgumentException(samples + " samples need as many stamps, got " + given.length);
        }
        double[] stamps = new double[samples];
        int transmitted = samples;
        if (given != null) {
            for (int i = 0; i < samples; i++) {
                stamps[i] = given[i] == Outlet.DEDUCED
                        ? (i == 0 ? after(last) : stamps[i - 1] + period)
                        : explicit(given[i]);
            }
        } else {
            transmitted = 1;
            boolean deduced = lastStamp == Outlet.DEDUCED && !Double.isNaN(last);
            stamps[0] = deduced ? last + period : explicit(lastStamp) - (samples - 1) * period;
            for (int i = 1; i < samples; i++) {
                stamps[i] = stamps[i - 1] + period;
            }
        }
        last = stamps[samples - 1];
        return wanted ? pack(values, stamps, transmitted) : null;
    }

    private double after(double previous) {
        return Double.isNaN(previous) ? LslClock.now() : previous + period;
    }

    /** Receivers take the stamp 0 for "no sample", so it never goes out. */
    private static double explicit(double stamp) {
        return stamp == 0 || stamp == Outlet.DEDUCED ? LslClock.now() : stamp;
    }

    private SamplePacket pack(Object values, double[] stamps, int transmitted) {
        SampleEncoder encoder = new SampleEncoder(format, channels);
        int[] offsets = new int[stamps.length + 1];
        for (int i = 0; i < stamps.length; i++) {
            encoder.append(values, i, stamps[i], i >= transmitted);
            offsets[i + 1] = encoder.size();
            if (offsets[i + 1] - offsets[i] > limits.sampleBytes()) {
                throw new IllegalArgumentException("a sample of " + (offsets[i + 1] - offsets[i])
                        + " bytes is larger than " + limits.sampleBytes());
            }
        }
        return new SamplePacket(encoder.toBytes(), offsets, stamps);
    }

    private void check(Object values, int samples) {
        if (samples < 1) {
            throw new IllegalArgumentException("at least one sample must be pushed, got " + samples);
        }
        int length = length(values);
        if (length != samples * channels) {
            throw new IllegalArgumentException(
                    samples + " samples of " + channels + " channels expected, got " + length + " values");
        }
        if (values instanceof String[] texts) {
            boolean tooLong = Arrays.stream(texts)
                    .anyMatch(text -> text.length() > limits.stringBytes() / 3
                            && text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > limits.stringBytes());
            if (tooLong) {
                throw new IllegalArgumentException("a string is longer than " + limits.stringBytes() + " bytes");
            }
        }
    }

    private int length(Object values) {
        if (format == ChannelFormat.FLOAT32 && values instanceof float[] array) {
            return array.length;
        }
        if (format == ChannelFormat.DOUBLE64 && values instanceof double[] array) {
            return array.length;
        }
        if (format == ChannelFormat.INT32 && values instanceof int[] array) {
            return array.length;
        }
        if (format == ChannelFormat.INT16 && values instanceof short[] array) {
            return array.length;
        }
        if (format == ChannelFormat.INT8 && values instanceof byte[] array) {
            return array.length;
        }
        if (format == ChannelFormat.INT64 && values instanceof long[] array) {
            return array.length;
        }
        if (format == ChannelFormat.STRING && values instanceof String[] array) {
            return array.length;
        }
        throw new IllegalArgumentException("a " + format.wireName() + " stream takes another array than "
                + values.getClass().getSimpleName());
    }
}
