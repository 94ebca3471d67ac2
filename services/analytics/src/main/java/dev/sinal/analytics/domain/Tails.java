package dev.sinal.analytics.domain;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.util.ContinuedFraction;

/** Tails and quantiles of Student's t and the normal distribution, accurate relative to the tail however small it is. */
final class Tails {
    private static final double EPSILON = 1e-15;
    private static final int MAX_TERMS = 1_000_000;
    private static final double INTEGRATED_DF = 40;
    private static final int MAX_PANELS = 200;
    private static final GaussIntegrator PANEL = new GaussIntegratorFactory().legendre(20);

    private Tails() {}

    /** {@code P(|T| > |t|)}. @param df at least a positive number, not only whole */
    static double twoSided(double t, double df) {
        if (Double.isInfinite(t)) {
            return 0;
        }
        double ratio = t * t / df;
        if (Double.isInfinite(ratio)) {
            // Far out the tail is the leading term of the incomplete beta function.
            double logX = Math.log(df) - 2 * Math.log(Math.abs(t));
            return Math.exp(df / 2 * logX - Math.log(df / 2) - Beta.logBeta(df / 2, 0.5));
        }
        if (df > INTEGRATED_DF) {
            return Math.min(1, 2 * density(t, df) * tailOverDensity(Math.abs(t), df));
        }
        double logX = -Math.log1p(ratio);
        double x = 1 / (1 + ratio);
        double rest = ratio / (1 + ratio);
        double logRest = -Math.log1p(1 / ratio);
        if (t == 0) {
            return 1;
        }
        return x <= (df / 2 + 1) / (df / 2 + 2.5)
                ? beta(x, logX, logRest, df / 2, 0.5)
                : 1 - beta(rest, logRest, logX, 0.5, df / 2);
    }

    /**
     * The tail beyond t in units of the density at t. For many degrees of freedom the continued fraction loses digits, as its argument comes near 1;
     * this integral of the density's ratio does not.
     */
    private static double tailOverDensity(double t, double df) {
        // How far the density takes to fall by a factor of e; about 1 near the middle.
        double width = t > 1 ? (df + t * t) / ((df + 1) * t) : 1;
        double sum = 0;
        for (int panel = 0; panel < MAX_PANELS; panel++) {
            double part = 0;
            for (int i = 0; i < PANEL.getNumberOfPoints(); i++) {
                double s = width * (panel + (PANEL.getPoint(i) + 1) / 2);
                part += PANEL.getWeight(i) * Math.exp(-(df + 1) / 2 * Math.log1p(s * (2 * t + s) / (df + t * t)));
            }
            sum += part;
            if (part < 1e-18 * sum) {
                break;
            }
        }
        return sum * width / 2;
    }

    /** {@code P(T > t)}. */
    static double upper(double t, double df) {
        double half = twoSided(t, df) / 2;
        return t >= 0 ? half : 1 - half;
    }

    /** Regularised incomplete beta function by its continued fraction (DLMF 8.17.22). The logs come from the caller, who knows them without cancellation. */
    private static double beta(double x, double logX, double logRest, double a, double b) {
        ContinuedFraction fraction = new ContinuedFraction() {
            @Override
            protected double getA(int n, double at) {
                return 1;
            }

            @Override
            protected double getB(int n, double at) {
                int m = n / 2;
                if (n % 2 == 0) {
                    return m * (b - m) * at / ((a + 2 * m - 1) * (a + 2 * m));
                }
                return -((a + m) * (a + b + m) * at) / ((a + 2 * m) * (a + 2 * m + 1));
            }
        };
        double front = Math.exp(a * logX + b * logRest - Math.log(a) - Beta.logBeta(a, b));
        return front / fraction.evaluate(x, EPSILON, MAX_TERMS);
    }

    /** The t that leaves {@code 1 - confidence} outside ±t. */
    static double twoSidedQuantile(double confidence, double df) {
        return quantile(1 - confidence, df);
    }

    /** The t that leaves {@code 1 - confidence} above it. @param confidence above 0.5 */
    static double oneSidedQuantile(double confidence, double df) {
        return confidence > 0.5 ? quantile(2 * (1 - confidence), df) : -quantile(2 * confidence, df);
    }

    /** Newton on the log of the tail, which is nearly a parabola; starts at the normal quantile. */
    private static double quantile(double outside, double df) {
        if (outside >= 1) {
            return 0;
        }
        double t = Math.max(1e-3, normalQuantile(1 - outside / 2));
        for (int i = 0; i < 200; i++) {
            double tail = twoSided(t, df);
            double step = Math.log(tail / outside) * tail / (2 * density(t, df));
            double next = Math.max(t / 10, Math.min(t * 10, t + step));
            if (Math.abs(next - t) <= 1e-15 * t) {
                return next;
            }
            t = next;
        }
        return t;
    }

    private static double density(double t, double df) {
        return Math.exp(-(df + 1) / 2 * Math.log1p(t * t / df) - Beta.logBeta(df / 2, 0.5) - Math.log(df) / 2);
    }

    /** Wichura 1988, algorithm AS 241 (PPND16), as R's qnorm. */
    static double normalQuantile(double p) {
        double q = p - 0.5;
        if (Math.abs(q) <= 0.425) {
            double r = 0.180625 - q * q;
            return q
                    * poly(
                            r,
                            3.3871328727963666080,
                            133.14166789178437745,
                            1971.5909503065514427,
                            13731.693765509461125,
                            45921.953931549871457,
                            67265.770927008700853,
                            33430.575583588128105,
                            2509.0809287301226727)
                    / poly(
                            r,
                            1,
                            42.313330701600911252,
                            687.18700749205790830,
                            5394.1960214247511077,
                            21213.794301586595867,
                            39307.895800092710610,
                            28729.085735721942674,
                            5226.4952788528545610);
        }
        double r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
        double value;
        if (r <= 5) {
            r -= 1.6;
            value = poly(
                            r,
                            1.42343711074968357734,
                            4.63033784615654529590,
                            5.76949722146069140550,
                            3.64784832476320460504,
                            1.27045825245236838258,
                            0.241780725177450611770,
                            0.0227238449892691845833,
                            7.74545014278341407640e-4)
                    / poly(
                            r,
                            1,
                            2.05319162663775882187,
                            1.67638483018380384940,
                            0.689767334985100004550,
                            0.148103976427480074590,
                            0.0151986665636164571966,
                            5.47593808499534494600e-4,
                            1.05075007164441684324e-9);
        } else {
            r -= 5;
            value = poly(
                            r,
                            6.65790464350110377720,
                            5.46378491116411436990,
                            1.78482653991729133580,
                            0.296560571828504891230,
                            0.0265321895265761230930,
                            1.24266094738807843860e-3,
                            2.71155556874348757815e-5,
                            2.01033439929228813265e-7)
                    / poly(
                            r,
                            1,
                            0.599832206555887937690,
                            0.136929880922735805310,
                            0.0148753612908506148525,
                            7.86869131145613259100e-4,
                            1.84631831751005468180e-5,
                            1.42151175831644588870e-7,
                            2.04426310338993978564e-15);
        }
        return q < 0 ? -value : value;
    }

    private static double poly(double x, double... coefficients) {
        double value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = value * x + coefficients[i];
        }
        return value;
    }
}
