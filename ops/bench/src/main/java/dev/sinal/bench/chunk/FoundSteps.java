package dev.sinal.bench.chunk;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TimeBasis;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What the search for a converter's step finds in float32 signals on offsets and drifting baselines that declare none: for each step
 * and shape the share of columns that take at most a tenth (and 32 bytes) more than the converter's whole numbers themselves would,
 * and bytes per value of both. Every column is decoded and compared bit by bit.
 *
 * <p>Arguments: columns for each figure (40).
 */
public final class FoundSteps {
    private static final double[] STEPS = {
        0.02235174, 375_000.0 / (1 << 24), 0.0488281, 0.298, 1 / 3.0, 0.1, 0.001, 0.0625
    };
    private static final double[] OFFSETS = {0, 1_000, 20_000, 100_000, 400_000};
    private static final int[] SIZES = {50, 250, 10_000};

    private FoundSteps() {}

    private enum Baseline {
        FLAT,
        LINEAR,
        SLOW_SINE,
        STEPS
    }

    private record Tally(int found, long bytes, long ideal, long values) {}

    public static void main(String[] args) {
        int columns = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        System.out.printf(
                "%-12s %-10s %7s  %s%n",
                "step",
                "offset",
                "samples",
                "found of columns, bytes/value (as whole numbers); flat, linear, sine, steps");
        for (double step : STEPS) {
            for (double offset : OFFSETS) {
                for (int size : SIZES) {
                    StringBuilder line = new StringBuilder();
                    for (Baseline baseline : Baseline.values()) {
                        Tally tally = tally(step, offset, baseline, size, columns);
                        line.append(String.format(
                                Locale.ROOT,
                                "  %3d %% %.2f (%.2f)",
                                100 * tally.found / columns,
                                (double) tally.bytes / tally.values,
                                (double) tally.ideal / tally.values));
                    }
                    System.out.printf(Locale.ROOT, "%-12.9g %-10.0f %7d %s%n", step, offset, size, line);
                }
            }
        }
    }

    private static Tally tally(double step, double offset, Baseline baseline, int size, int columns) {
        SplittableRandom random = new SplittableRandom(size);
        int found = 0;
        long bytes = 0;
        long ideal = 0;
        for (int c = 0; c < columns; c++) {
            double at = offset * (random.nextBoolean() ? 1 : -1) * (0.5 + random.nextDouble() / 2);
            long[] numbers = numbers(step, at, baseline, size, random);
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) (numbers[i] * step);
            }
            int length = encoded(new FloatColumn(values));
            int whole = encoded(new LongColumn(SampleFormat.INT64, numbers));
            found += length <= whole + whole / 10 + 32 ? 1 : 0;
            bytes += length;
            ideal += whole;
        }
        return new Tally(found, bytes, ideal, (long) size * columns);
    }

    private static int encoded(Column column) {
        SampleBlock block =
                new SampleBlock("bench", 1, 1, TimeBasis.LSL, new long[column.size()], null, List.of(column));
        byte[] chunk = ChunkEncoder.encode(block, Codecs.COMPRESS);
        if (!ChunkDecoder.decode(chunk).equals(block)) {
            throw new IllegalStateException("a column came back changed");
        }
        return ChunkHeader.read(chunk).channelLength(0);
    }

    /** What the converter counts: noise of about 1/f and a rhythm, of some microvolts, on an offset and a baseline. */
    private static long[] numbers(double step, double offset, Baseline baseline, int size, SplittableRandom random) {
        long[] numbers = new long[size];
        double slow = 0;
        double unit = Math.max(1, 20 * step);
        for (int i = 0; i < size; i++) {
            double moved = switch (baseline) {
                case FLAT -> 0;
                case LINEAR -> 2.0 * i;
                case SLOW_SINE -> 500 * Math.sin(2 * Math.PI * i / 4000.0);
                case STEPS -> 300 * (i / 40 % 5);
            };
            slow = 0.95 * slow + 2 * gauss(random);
            double value = slow + 15 * Math.sin(2 * Math.PI * i / 100) + 0.5 * gauss(random);
            numbers[i] = Math.round((offset + moved * unit + value * unit) / step);
        }
        return numbers;
    }

    private static double gauss(SplittableRandom random) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum;
    }
}
