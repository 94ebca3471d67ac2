package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded blocks of samples: plausible ones and hostile ones. */
final class Samples {
    /** 2026-11-22T12:00:00Z. */
    static final long NOON = 1_795_348_800_000_000_000L;

    enum Shape {
        CONSTANT,
        RANDOM_BITS,
        HOSTILE,
        SMALL_WHOLE,
        DECIMALS,
        EEG,
        EEG_WITH_DROPOUTS
    }

    enum Missing {
        NONE,
        FIRST,
        LAST,
        EVERY_OTHER,
        RANDOM,
        ALL
    }

    private static final long[] HOSTILE_DOUBLES = {
        0x0000000000000000L, // 0
        0x8000000000000000L, // -0
        0x7FF0000000000000L, // Inf
        0xFFF0000000000000L, // -Inf
        0x7FF8000000000000L, // the usual NaN
        0x7FF0000000000001L, // a signalling NaN
        0xFFF8DEADBEEF0001L, // a negative NaN with a payload
        0x0000000000000001L, // smallest subnormal
        0x800FFFFFFFFFFFFFL, // largest negative subnormal
        0x7FEFFFFFFFFFFFFFL, // largest
        0xFFEFFFFFFFFFFFFFL, // -largest
        0x3FF0000000000000L, // 1
        0x3FB999999999999AL // 0.1
    };

    private static final int[] HOSTILE_FLOATS = {
        0x00000000,
        0x80000000,
        0x7F800000,
        0xFF800000,
        0x7FC00000,
        0x7F800001,
        0xFFC12345,
        0x00000001,
        0x807FFFFF,
        0x7F7FFFFF,
        0xFF7FFFFF,
        0x3F800000,
        0x3DCCCCCD
    };

    private static final String[] HOSTILE_TEXTS = {
        "",
        "a",
        "\0",
        "a\0b",
        "żółć",
        "日本語",
        "👩‍🔬",
        "\uD83D", // a high surrogate alone
        "\uDE00\uD83D", // a pair the wrong way round
        "x\uDC00y",
        "\uD83D\uD83D\uDE00", // a high surrogate before a pair
        "\uFFFF\uFFFD\uFEFF",
        "line\r\nline",
        "€".repeat(200)
    };

    private Samples() {}

    static SampleBlock block(int size, List<? extends Column> columns) {
        return new SampleBlock("s1", 42, 1, TimeBasis.LSL, regular(size, 1_000_000), null, columns);
    }

    /** UTC nanoseconds, so many apart. */
    static long[] regular(int size, long period) {
        long[] stamps = new long[size];
        for (int i = 0; i < size; i++) {
            stamps[i] = NOON + i * period;
        }
        return stamps;
    }

    static Column column(SampleFormat format, Shape shape, Missing missing, int size, SplittableRandom random) {
        BitSet present = present(missing, size, random);
        return switch (format) {
            case FLOAT32 -> new FloatColumn(floats(shape, size, random), present);
            case DOUBLE64 -> new DoubleColumn(doubles(shape, size, random), present);
            case STRING -> new TextColumn(texts(shape, size, random), present);
            default -> new LongColumn(format, longs(format, shape, size, random), present);
        };
    }

    private static BitSet present(Missing missing, int size, SplittableRandom random) {
        if (missing == Missing.NONE) {
            return null;
        }
        BitSet present = new BitSet(size);
        for (int i = 0; i < size; i++) {
            present.set(
                    i,
                    switch (missing) {
                        case FIRST -> i > 0;
                        case LAST -> i < size - 1;
                        case EVERY_OTHER -> i % 2 == 1;
                        case RANDOM -> random.nextBoolean();
                        default -> false;
                    });
        }
        return present;
    }

    private static float[] floats(Shape shape, int size, SplittableRandom random) {
        float[] eeg = eeg(size, 0.022351743f, 20_000, random);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (shape) {
                case CONSTANT -> -3.25f;
                case RANDOM_BITS -> Float.intBitsToFloat(random.nextInt());
                case HOSTILE -> Float.intBitsToFloat(HOSTILE_FLOATS[random.nextInt(HOSTILE_FLOATS.length)]);
                case SMALL_WHOLE -> random.nextInt(-100, 100);
                case DECIMALS -> random.nextInt(3000, 4500) / 100f;
                case EEG -> eeg[i];
                case EEG_WITH_DROPOUTS -> i % 50 == 7 ? Float.NaN : eeg[i];
            };
        }
        return values;
    }

    private static double[] doubles(Shape shape, int size, SplittableRandom random) {
        float[] eeg = eeg(size, 0.1f, -3_000, random);
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (shape) {
                case CONSTANT -> Math.PI;
                case RANDOM_BITS -> Double.longBitsToDouble(random.nextLong());
                case HOSTILE -> Double.longBitsToDouble(HOSTILE_DOUBLES[random.nextInt(HOSTILE_DOUBLES.length)]);
                case SMALL_WHOLE -> random.nextInt(-100, 100);
                case DECIMALS -> random.nextInt(30_000, 45_000) / 1000.0;
                case EEG -> eeg[i];
                case EEG_WITH_DROPOUTS -> i % 50 == 7 ? -0.0 : eeg[i];
            };
        }
        return values;
    }

    private static long[] longs(SampleFormat format, Shape shape, int size, SplittableRandom random) {
        long low = format.lowest();
        long high = format.highest();
        long[] hostile = {low, high, 0, -1, 1, low + 1, high - 1};
        float[] eeg = eeg(size, 1, 0, random);
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (shape) {
                case CONSTANT -> low;
                case RANDOM_BITS -> random.nextLong() >> (64 - 8 * format.bytes());
                case HOSTILE -> hostile[random.nextInt(hostile.length)];
                case SMALL_WHOLE -> random.nextInt(-100, 100);
                case DECIMALS -> 10L * random.nextInt(-12, 12);
                case EEG, EEG_WITH_DROPOUTS -> (long) Math.max(low, Math.min(high, eeg[i]));
            };
        }
        return values;
    }

    private static String[] texts(Shape shape, int size, SplittableRandom random) {
        String[] values = new String[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (shape) {
                case CONSTANT -> "same";
                case RANDOM_BITS -> randomText(random);
                case SMALL_WHOLE, DECIMALS -> "stimulus/" + random.nextInt(4);
                default -> HOSTILE_TEXTS[random.nextInt(HOSTILE_TEXTS.length)];
            };
        }
        return values;
    }

    private static String randomText(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(20); n > 0; n--) {
            text.append((char) random.nextInt(0x10000));
        }
        return text.toString();
    }

    /**
     * What an EEG amplifier delivers: slow drift, an alpha rhythm and noise on an offset, in microvolts, rounded to the step of its
     * converter and then to float32.
     */
    static float[] eeg(int size, double step, double offset, SplittableRandom random) {
        float[] values = new float[size];
        double drift = 0;
        double slow = 0;
        for (int i = 0; i < size; i++) {
            drift += 0.05 * gauss(random);
            slow = 0.95 * slow + 2 * gauss(random);
            double alpha = 15 * Math.sin(2 * Math.PI * 10 * i / 1000);
            double volts = offset + drift + slow + alpha + 0.5 * gauss(random);
            values[i] = (float) (Math.rint(volts / step) * step);
        }
        return values;
    }

    private static double gauss(SplittableRandom random) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum;
    }

    /** One column of every format. */
    static List<Column> everyFormat(Shape shape, Missing missing, int size, SplittableRandom random) {
        List<Column> columns = new ArrayList<>();
        for (SampleFormat format : SampleFormat.values()) {
            columns.add(column(format, shape, missing, size, random));
        }
        return columns;
    }
}
