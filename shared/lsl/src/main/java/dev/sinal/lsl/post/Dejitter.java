package dev.sinal.lsl.post;

import java.time.Duration;

/**
 * Smooths the stamps of a regular stream: a straight line of stamp against sample number, fitted by recursive least squares that forget
 * exponentially. Results are those of the native library to the last bit. Streams without a rate pass unchanged.
 *
 * <p>The line needs tens of seconds to settle. It is a function of the samples received, not of time, so lost samples bend it slowly;
 * with a gap width given, the fit starts anew where stamps jump by more than that, which the native library never does. Two more
 * differences: stamps that are not finite pass unchanged and only count as samples (natively one NaN spoils all that follow), and a clock
 * in its first second is no special case.
 *
 * @see "liblsl, src/time_postprocessor.cpp"
 */
public final class Dejitter implements StampStage {
    private static final double UNCERTAIN = 1e10;

    private final double rate;
    private final double inverseForgetting;
    private final double forgetting;
    private final double gap;

    private boolean started;
    private double base;
    private double lastRaw;
    private long number;
    private double w0;
    private double w1;
    private double p00;
    private double p01;
    private double p11;

    /**
     * @param rateHz nominal rate, 0 = irregular
     * @param halftime after this time a stamp has half its weight; longer than 0
     * @param gap a jump of the stamps, forth or back, at which the fit starts anew; zero = never
     */
    public Dejitter(double rateHz, Duration halftime, Duration gap) {
        if (halftime.isNegative() || halftime.isZero() || gap.isNegative()) {
            throw new IllegalArgumentException("halftime must be positive and gap not negative");
        }
        this.rate = rateHz;
        this.forgetting = rateHz > 0 ? Math.pow(2, -1 / (rateHz * seconds(halftime))) : 1;
        this.inverseForgetting = 1 / forgetting;
        this.gap = gap.isZero() ? Double.POSITIVE_INFINITY : seconds(gap);
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }

    @Override
    public void process(double[] stamps, int from, int to) {
        if (rate <= 0) {
            return;
        }
        for (int i = from; i < to; i++) {
            double stamp = stamps[i];
            if (Math.abs(stamp) < Double.POSITIVE_INFINITY) {
                stamps[i] = smooth(stamp);
            } else {
                number++;
            }
        }
    }

    private double smooth(double raw) {
        if (!started || Math.abs(raw - lastRaw) > gap) {
            start(raw);
        }
        lastRaw = raw;
        double t = raw - base;
        double u = number++;
        double q0 = p00 + u * p01;
        double q1 = p01 + u * p11;
        double error = t - (w0 + u * w1);
        double gain = 1 / (forgetting + q0 + q1 * u);
        p00 = inverseForgetting * (p00 - q0 * q0 * gain);
        p01 = inverseForgetting * (p01 - q0 * q1 * gain);
        p11 = inverseForgetting * (p11 - q1 * q1 * gain);
        w0 += error * (p00 + p01 * u);
        w1 += error * (p01 + p11 * u);
        return w0 + u * w1 + base;
    }

    private void start(double raw) {
        started = true;
        base = raw < 0 ? Math.ceil(raw) : Math.floor(raw);
        number = 0;
        w0 = 0;
        w1 = 1 / rate;
        p00 = UNCERTAIN;
        p01 = 0;
        p11 = UNCERTAIN;
    }

    /** Counts samples that were received but not looked at, so that the line goes on where it was. */
    public void skip(long samples) {
        number += samples;
    }

    @Override
    public void reset() {
        started = false;
    }
}
