package dev.sinal.chunk;

/** How an encoder may spend time: which codecs it tries, and which ADC steps it knows beforehand. Immutable. */
public final class Codecs {
    /** Tries what may help and keeps the smallest. */
    public static final Codecs COMPRESS = new Codecs(true, new double[0]);

    /** Plain values: cheapest to write and read, for live frames. */
    public static final Codecs RAW = new Codecs(false, new double[0]);

    private final boolean compress;
    private final double[] steps;

    private Codecs(boolean compress, double[] steps) {
        this.compress = compress;
        this.steps = steps;
    }

    /**
     * Compression for channels whose ADC step is declared: values are near whole multiples of it. A wrong step costs time and
     * space, never a bit.
     *
     * @param steps one a channel, in the channel's unit; 0 or NaN where it is not known
     */
    public static Codecs compressWithSteps(double[] steps) {
        return new Codecs(true, steps.clone());
    }

    boolean compress() {
        return compress;
    }

    /** The declared step of a channel, 0 when there is none. */
    double step(int channel) {
        double step = channel < steps.length ? steps[channel] : 0;
        return step > 0 && step <= Double.MAX_VALUE ? step : 0;
    }
}
