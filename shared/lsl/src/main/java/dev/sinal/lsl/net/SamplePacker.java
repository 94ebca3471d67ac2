package dev.sinal.lsl.net;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.SampleWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Checks what is pushed and gives every sample its stamp. Not safe for several threads. */
final class SamplePacker {
    private static final int KEPT_STAMPS = 65_536;

    private final ChannelFormat format;
    private final int channels;
    private final double period;
    private final LslLimits limits;
    private final boolean ownStamps;
    private final SampleWriter writer;
    private double[] stamps = new double[64];
    private double last = Double.NaN;

    /** @param ownStamps whether given stamps are ignored: the clock counts */
    SamplePacker(StreamInfo info, LslLimits limits, boolean ownStamps) {
        this.format = info.format();
        this.channels = info.channelCount();
        this.period = info.nominalRate() > 0 ? 1.0 / info.nominalRate() : 0.0;
        this.limits = limits;
        this.ownStamps = ownStamps;
        this.writer = new SampleWriter(format, channels);
    }

    /** The stamps of the latest push; they change with the next. */
    double[] stamps() {
        return stamps;
    }

    /** One sample; returns how many stamps are to be sent: 1, or 0 if it follows from the one before. */
    int one(double given) {
        double stamp = ownStamps ? 0 : given;
        boolean deduced = stamp == Outlet.DEDUCED && !Double.isNaN(last);
        last = deduced ? last + period : explicit(stamp);
        stamps[0] = last;
        return deduced ? 0 : 1;
    }

    /** Consecutive samples, see {@link Outlet#pushChunk}; returns how many stamps, the first ones, are to be sent. */
    int chunk(int samples, double @Nullable [] given, double lastStamp) {
        if (given != null && given.length != samples) {
            throw new IllegalArgumentException(samples + " samples need as many stamps, got " + given.length);
        }
        if (stamps.length < samples || (stamps.length > KEPT_STAMPS && samples <= KEPT_STAMPS)) {
            stamps = new double[samples];
        }
        int transmitted = samples;
        if (given != null && !ownStamps) {
            for (int i = 0; i < samples; i++) {
                stamps[i] = given[i] == Outlet.DEDUCED
                        ? (i == 0 ? after(last) : stamps[i - 1] + period)
                        : explicit(given[i]);
            }
        } else {
            transmitted = 1;
            double stamp = ownStamps ? 0 : lastStamp;
            boolean deduced = stamp == Outlet.DEDUCED && !Double.isNaN(last);
            stamps[0] = deduced ? last + period : explicit(stamp) - (samples - 1) * period;
            for (int i = 1; i < samples; i++) {
                stamps[i] = stamps[i - 1] + period;
            }
        }
        last = stamps[samples - 1];
        return transmitted;
    }

    private double after(double previous) {
        return Double.isNaN(previous) ? LslClock.now() : previous + period;
    }

    /** Receivers take the stamp 0 for "no sample", so it never goes out. */
    private static double explicit(double stamp) {
        return stamp == 0 || stamp == Outlet.DEDUCED ? LslClock.now() : stamp;
    }

    /**
     * These values in the type of the stream, themselves if they have it already.
     *
     * @throws IllegalArgumentException if they are too few, too many, too large, or texts that are no numbers
     */
    Object fitting(Object values, int samples) {
        if (samples < 1) {
            throw new IllegalArgumentException("at least one sample must be pushed, got " + samples);
        }
        int length = Conversion.length(values);
        if (length != samples * channels) {
            throw new IllegalArgumentException(
                    samples + " samples of " + channels + " channels expected, got " + length + " values");
        }
        Object fitting = Conversion.to(format, values);
        for (int i = 0; i < (format.isText() ? samples : 1); i++) {
            long size = writer.size(fitting, i);
            if (size > limits.sampleBytes()) {
                throw new IllegalArgumentException(
                        "a sample of " + size + " bytes is larger than " + limits.sampleBytes());
            }
        }
        if (format.isText()) {
            checkTexts(fitting);
        }
        return fitting;
    }

    private void checkTexts(Object values) {
        if (values instanceof byte[][] raw) {
            for (byte[] text : raw) {
                checkText(text.length);
            }
        } else if (values instanceof String[] texts) {
            for (String text : texts) {
                if (text.length() > limits.stringBytes() / 3) {
                    checkText(text.getBytes(StandardCharsets.UTF_8).length);
                }
            }
        }
    }

    private void checkText(int length) {
        if (length > limits.stringBytes()) {
            throw new IllegalArgumentException("a string is longer than " + limits.stringBytes() + " bytes");
        }
    }
}
