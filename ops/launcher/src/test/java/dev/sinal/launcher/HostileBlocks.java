package dev.sinal.launcher;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Seeded samples that make the encoder use every codec, with the values that decoders get wrong. */
final class HostileBlocks {
    private static final int[] SIZES = {1, 2, 3, 8, 9, 127, 129, 300};

    private static final long[] DOUBLES = {
        0x0000000000000000L, // 0
        0x8000000000000000L, // -0
        0x7FF0000000000000L, // Inf
        0xFFF0000000000000L, // -Inf
        0x7FF8000000000000L, // NaN
        0x7FF0000000000001L, // a signalling NaN
        0xFFF8DEADBEEF0001L, // a negative NaN with a payload
        0x0000000000000001L, // smallest subnormal
        0x800FFFFFFFFFFFFFL, // largest negative subnormal
        0x7FEFFFFFFFFFFFFFL, // largest
        0x3FB999999999999AL // 0.1
    };

    private static final int[] FLOATS = {
        0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0xFFC12345, 1, 0x807FFFFF, 0x7F7FFFFF, 0x3DCCCCCD
    };

    private static final String[] TEXTS = {
        "",
        "a",
        "\0",
        "a,\"b\"",
        "żółć",
        "日本語",
        "👩‍🔬",
        "\uD83D",
        "\uDE00\uD83D",
        "x\uDC00y",
        "\uD83D\uD83D\uDE00",
        "line\r\nline",
        "€".repeat(99)
    };

    private enum Shape {
        CONSTANT,
        BITS,
        HOSTILE,
        WHOLE,
        DECIMALS,
        BINARY,
        STEPS,
        DROPOUTS,
        SMOOTH
    }

    private HostileBlocks() {}

    /** Blocks of one stream with one column of every format. */
    static List<SampleBlock> all() {
        SplittableRandom random = new SplittableRandom(20261123);
        List<SampleBlock> blocks = new ArrayList<>();
        long seq = 1;
        for (Shape shape : Shape.values()) {
            for (int size : SIZES) {
                for (int missing = 0; missing < 4; missing++) {
                    List<Column> columns = new ArrayList<>();
                    for (SampleFormat format : SampleFormat.values()) {
                        columns.add(column(format, shape, size, present(missing, size, random), random));
                    }
                    int stamps = random.nextInt(5);
                    double[] raw = rawStamps(random.nextInt(5), size, random);
                    blocks.add(new SampleBlock(
                            "all", 42, seq, TimeBasis.UNIX, timestamps(stamps, size, raw, random), raw, columns));
                    seq += size;
                }
            }
        }
        return blocks;
    }

    private static @Nullable BitSet present(int missing, int size, SplittableRandom random) {
        if (missing == 0) {
            return null;
        }
        BitSet present = new BitSet(size);
        for (int i = 0; i < size; i++) {
            present.set(i, missing == 1 ? random.nextBoolean() : missing == 2 && i > 0);
        }
        return present;
    }

    private static Column column(
            SampleFormat format, Shape shape, int size, @Nullable BitSet present, SplittableRandom random) {
        return switch (format) {
            case FLOAT32 -> {
                float[] values = new float[size];
                double[] wide = doubles(shape, 0.022351743, size, random);
                for (int i = 0; i < size; i++) {
                    values[i] = shape == Shape.BITS
                            ? Float.intBitsToFloat(random.nextInt())
                            : shape == Shape.HOSTILE || (shape == Shape.DROPOUTS && i % 40 == 5)
                                    ? Float.intBitsToFloat(FLOATS[random.nextInt(FLOATS.length)])
                                    : (float) wide[i];
                }
                yield new FloatColumn(values, present);
            }
            case DOUBLE64 -> new DoubleColumn(doubles(shape, 0.1, size, random), present);
            case STRING -> new TextColumn(texts(shape, size, random), present);
            default -> new LongColumn(format, longs(format, shape, size, random), present);
        };
    }

    private static double[] doubles(Shape shape, double step, int size, SplittableRandom random) {
        double[] values = new double[size];
        long level = random.nextInt(-500_000, 500_000);
        for (int i = 0; i < size; i++) {
            level += random.nextInt(-40, 41);
            values[i] = switch (shape) {
                case CONSTANT -> -3.25;
                case BITS -> Double.longBitsToDouble(random.nextLong());
                case HOSTILE -> Double.longBitsToDouble(DOUBLES[random.nextInt(DOUBLES.length)]);
                case WHOLE -> random.nextInt(-100, 100);
                case DECIMALS -> level / 1000.0;
                case BINARY -> level * 0x1p-30;
                case STEPS -> 20_000.5 + level * step;
                case DROPOUTS ->
                    i % 40 == 5 ? Double.longBitsToDouble(DOUBLES[random.nextInt(DOUBLES.length)]) : level * step;
                case SMOOTH -> Math.sin(i / 50.0);
            };
        }
        return values;
    }

    private static long[] longs(SampleFormat format, Shape shape, int size, SplittableRandom random) {
        int unused = 64 - 8 * format.bytes();
        long high = Long.MAX_VALUE >> unused;
        long low = Long.MIN_VALUE >> unused;
        long[] hostile = {low, high, 0, -1, 1, low + 1, high - 1};
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (shape) {
                case CONSTANT -> low;
                case BITS -> random.nextLong() >> unused;
                case HOSTILE, DROPOUTS -> hostile[random.nextInt(hostile.length)];
                case WHOLE -> random.nextInt(-100, 100);
                case DECIMALS -> 10L * random.nextInt(-12, 12);
                case BINARY -> high - random.nextInt(100); // beyond 2^53 for int64
                case STEPS -> Math.min(high, i * 7L + random.nextInt(2));
                case SMOOTH -> (high / 3 * 2) * ((i / 100) % 2 == 0 ? 1 : -1);
            };
        }
        return values;
    }

    private static String[] texts(Shape shape, int size, SplittableRandom random) {
        String[] values = new String[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (shape) {
                case CONSTANT -> "same";
                case BITS -> new String(new char[] {(char) random.nextInt(0x10000), (char) random.nextInt(0x10000)});
                case WHOLE, DECIMALS -> "stimulus/" + random.nextInt(4);
                default -> TEXTS[random.nextInt(TEXTS.length)];
            };
        }
        return values;
    }

    private static double @Nullable [] rawStamps(int kind, int size, SplittableRandom random) {
        if (kind == 0) {
            return null;
        }
        double[] stamps = new double[size];
        double value = 1234.5;
        for (int i = 0; i < size; i++) {
            value = kind == 1 && i % 32 == 31 ? value + 0.5 : value + 0.001;
            stamps[i] = switch (kind) {
                case 1 -> value; // a ramp with pauses
                case 2 -> 1234.5 + i * 0.001 + random.nextInt(1000) * 1e-7;
                case 3 -> Double.longBitsToDouble(DOUBLES[random.nextInt(DOUBLES.length)]);
                default -> Double.longBitsToDouble(random.nextLong());
            };
        }
        return stamps;
    }

    private static long[] timestamps(int kind, int size, double @Nullable [] raw, SplittableRandom random) {
        long noon = 1_795_348_800_000_000_000L;
        long[] stamps = new long[size];
        long drift = 0;
        for (int i = 0; i < size; i++) {
            drift += random.nextInt(-3, 4);
            stamps[i] = switch (kind) {
                case 0 -> noon + i * 1_000_000L;
                case 1 -> noon + Math.round(i * (1e9 / 512)); // beside a line by less than one
                case 2 -> random.nextLong();
                case 3 -> raw == null ? noon - i * 1000L : noon + drift + (long) Math.rint((raw[i] - raw[0]) * 1e9);
                default -> noon + i * 4_000_000L + random.nextInt(1000) * 1000L;
            };
        }
        return Arrays.copyOf(stamps, size);
    }
}
