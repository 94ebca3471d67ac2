package dev.sinal.chunk;

/**
 * What float32 values on {@code offset + k * step} say of offset and step: each was rounded, so it allows a strip of both, and the widest
 * place common to all strips is where the margin is largest. The margin is a concave function of the step, so a ternary search finds it.
 */
final class Strips {
    private static final int ROUNDS = 50;

    private final double origin;
    private final double[] numbers;
    private final double[] lows;
    private final double[] highs;
    private int size;

    /** @param origin one of the values: they are counted from there */
    Strips(double origin, int capacity) {
        this.origin = origin;
        this.numbers = new double[capacity];
        this.lows = new double[capacity];
        this.highs = new double[capacity];
    }

    /** @param number of steps from the origin to the value, whose rounding allows {@code low} to {@code high} */
    void add(double number, double low, double high) {
        numbers[size] = number;
        lows[size] = low - origin;
        highs[size++] = high - origin;
    }

    /** The grid that meets all strips best, with a step this near to the rough one; whether it meets all is not said. */
    Grid.Step best(double roughly, double uncertainty) {
        double from = roughly - uncertainty;
        double to = roughly + uncertainty;
        for (int round = 0; round < ROUNDS && from < to; round++) {
            double a = from + (to - from) / 3;
            double b = to - (to - from) / 3;
            if (margin(a).width < margin(b).width) {
                from = a;
            } else {
                to = b;
            }
        }
        double step = from + (to - from) / 2;
        return new Grid.Step(origin + margin(step).middle, step);
    }

    private record Margin(double width, double middle) {}

    private Margin margin(double step) {
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            double shift = numbers[i] * step;
            low = Math.max(low, lows[i] - shift);
            high = Math.min(high, highs[i] - shift);
        }
        return new Margin(high - low, low + (high - low) / 2);
    }
}
