package dev.sinal.simulator.domain;

import java.util.List;

/** A sensor with a fixed rate and numbers. */
public record RegularSensor(
        String id, String streamName, String type, double rateHz, List<Channel> channels, Signal signal)
        implements Sensor {
    public RegularSensor {
        if (!(rateHz > 0)) {
            throw new IllegalArgumentException("rateHz must be positive, was " + rateHz);
        }
        channels = List.copyOf(channels);
    }

    @Override
    public double secondsOf(long index) {
        return index / rateHz;
    }

    @Override
    public long dueBy(double seconds) {
        if (seconds < 0) {
            return 0;
        }
        long count = (long) (seconds * rateHz) + 1;
        // The product may round to the other side of a whole number than the quotient in secondsOf.
        if (secondsOf(count - 1) > seconds) {
            return count - 1;
        }
        return secondsOf(count) <= seconds ? count + 1 : count;
    }

    @Override
    public float[] values(long from, int count) {
        float[] rows = new float[count * channels.size()];
        signal.fill(from, count, rows);
        return rows;
    }

    /** What a sensor measures. The value of a sample depends on its index only, not on how samples are grouped into calls. */
    @FunctionalInterface
    public interface Signal {
        /** @param rows row-major, one value per sample and channel */
        void fill(long from, int count, float[] rows);
    }
}
