package dev.sinal.analytics.domain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/** Forecasting models for short series. NaN in what they learn from is a missing value; the first and last values must be there. */
public enum Model {
    /** The last value goes on. */
    NAIVE("Naive") {
        @Override
        Fitted fit(double[] past) {
            double last = past[past.length - 1];
            return new Fitted(Map.of(), horizon -> constant(last, horizon));
        }
    },
    /** The line through the first and the last value goes on. */
    DRIFT("Drift") {
        @Override
        Fitted fit(double[] past) {
            double last = past[past.length - 1];
            double slope = (last - past[0]) / (past.length - 1);
            return new Fitted(Map.of("slope_per_step", slope), horizon -> {
                double[] ahead = new double[horizon];
                for (int h = 0; h < horizon; h++) {
                    ahead[h] = last + slope * (h + 1);
                }
                return ahead;
            });
        }
    },
    /**
     * Simple exponential smoothing: the level starts at the first value, alpha has the least sum of squared one-step errors, as R's
     * {@code HoltWinters(x, beta = FALSE, gamma = FALSE)}.
     */
    SES("SES") {
        @Override
        Fitted fit(double[] past) {
            double alpha = bestAlpha(past);
            double level = smooth(past, alpha)[0];
            Map<String, Double> parameters = new LinkedHashMap<>();
            parameters.put("alpha", alpha);
            parameters.put("level", level);
            return new Fitted(parameters, horizon -> constant(level, horizon));
        }
    };

    private static final int GRID = 20;

    private final String publicName;

    Model(String publicName) {
        this.publicName = publicName;
    }

    public String publicName() {
        return publicName;
    }

    /** @param past at least two values */
    abstract Fitted fit(double[] past);

    /** A model that has learned. */
    record Fitted(Map<String, Double> parameters, Ahead ahead) {
        /** @return one value a step */
        double[] forecast(int horizon) {
            return ahead.of(horizon);
        }
    }

    /** What follows. */
    interface Ahead {
        double[] of(int horizon);
    }

    private static double[] constant(double value, int horizon) {
        double[] ahead = new double[horizon];
        Arrays.fill(ahead, value);
        return ahead;
    }

    /** The sum of squared errors may have several valleys: the lowest of a grid is searched to the bottom. */
    private static double bestAlpha(double[] past) {
        int lowest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= GRID; i++) {
            double squares = smooth(past, (double) i / GRID)[1];
            if (squares < least) {
                least = squares;
                lowest = i;
            }
        }
        double from = Math.max(0, (lowest - 1.0) / GRID);
        double to = Math.min(1, (lowest + 1.0) / GRID);
        double found = new BrentOptimizer(1e-10, 1e-12)
                .optimize(
                        new MaxEval(500),
                        new UnivariateObjectiveFunction(alpha -> smooth(past, alpha)[1]),
                        GoalType.MINIMIZE,
                        new SearchInterval(from, to))
                .getPoint();
        double grid = (double) lowest / GRID;
        return smooth(past, found)[1] <= least ? found : grid;
    }

    /** @return last level, sum of squared one-step errors */
    private static double[] smooth(double[] past, double alpha) {
        double level = past[0];
        double squares = 0;
        for (int i = 1; i < past.length; i++) {
            if (!Double.isNaN(past[i])) {
                double error = past[i] - level;
                squares += error * error;
                level += alpha * error;
            }
        }
        return new double[] {level, squares};
    }
}
