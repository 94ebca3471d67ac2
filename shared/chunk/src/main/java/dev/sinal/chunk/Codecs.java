package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an encoder may spend time: which codecs it tries, and what it knows of the converters beforehand. Immutable and shared by
 * threads, but for those made by {@link #learning()}.
 */
public final class Codecs {
    /** Tries what may help and is quick to write and to read, and keeps the smallest: for chunks of a running stream. */
    public static final Codecs COMPRESS = new Codecs(Effort.QUICK, new double[0], null);

    /** Takes the fewest bytes that any codec gives, at several times the encoding time: for chunks that are kept. */
    public static final Codecs COMPACT = new Codecs(Effort.DENSE, new double[0], null);

    /** Plain values: cheapest to write and read, for live frames. */
    public static final Codecs RAW = new Codecs(Effort.NONE, new double[0], null);

    /** What an encoder may try. */
    enum Effort {
        NONE,
        QUICK,
        DENSE
    }

    private final Effort effort;
    private final double[] steps;
    private final @Nullable List<GridHint> learned;

    private Codecs(Effort effort, double[] steps, @Nullable List<GridHint> learned) {
        this.effort = effort;
        this.steps = steps;
        this.learned = learned;
    }

    /** {@link #COMPRESS} for channels of declared steps; see {@link #withSteps}. */
    public static Codecs compressWithSteps(double[] steps) {
        return COMPRESS.withSteps(steps);
    }

    /**
     * The same for channels whose ADC step is declared: values are near whole multiples of it. A wrong step costs time and
     * space, never a bit.
     *
     * @param steps one a channel, in the channel's unit; 0 or NaN where it is not known
     */
    public Codecs withSteps(double[] steps) {
        return new Codecs(effort, steps.clone(), learned == null ? null : new ArrayList<>());
    }

    /**
     * The same, remembering for each channel the grid found last and trying it first, which saves most of the search. For the
     * chunks of one stream, encoded one at a time. What it remembers affects size and time only.
     */
    public Codecs learning() {
        return new Codecs(effort, steps, new ArrayList<>());
    }

    Effort effort() {
        return effort;
    }

    boolean compress() {
        return effort != Effort.NONE;
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
