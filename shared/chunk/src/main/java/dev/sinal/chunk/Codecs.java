package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an encoder may spend time: which codecs it tries, and what it knows of the converters beforehand. Immutable and shared by
 * threads, but for those made by {@link #learning()}.
 */
public final class Codecs {
    /** Tries what may help and keeps the smallest. */
    public static final Codecs COMPRESS = new Codecs(true, new double[0], null);

    /** Plain values: cheapest to write and read, for live frames. */
    public static final Codecs RAW = new Codecs(false, new double[0], null);

    private final boolean compress;
    private final double[] steps;
    private final @Nullable List<GridHint> learned;

    private Codecs(boolean compress, double[] steps, @Nullable List<GridHint> learned) {
        this.compress = compress;
        this.steps = steps;
        this.learned = learned;
    }

    /**
     * Compression for channels whose ADC step is declared: values are near whole multiples of it. A wrong step costs time and
     * space, never a bit.
     *
     * @param steps one a channel, in the channel's unit; 0 or NaN where it is not known
     */
    public static Codecs compressWithSteps(double[] steps) {
        return new Codecs(true, steps.clone(), null);
    }

    /**
     * The same, remembering for each channel the grid found last and trying it first, which saves most of the search. For the
     * chunks of one stream, encoded one at a time. What it remembers affects size and time only.
     */
    public Codecs learning() {
        return new Codecs(compress, steps, new ArrayList<>());
    }

    boolean compress() {
        return compress;
    }

    GridHint hint(int channel) {
        if (learned == null) {
            return new GridHint(step(channel));
        }
        while (learned.size() <= channel) {
            learned.add(new GridHint(step(learned.size())));
        }
        return learned.get(channel);
    }

    /** The declared step of a channel, 0 when there is none. */
    private double step(int channel) {
        double step = channel < steps.length ? steps[channel] : 0;
        return step > 0 && step <= Double.MAX_VALUE ? step : 0;
    }
}
