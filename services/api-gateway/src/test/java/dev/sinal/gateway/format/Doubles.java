package dev.sinal.gateway.format;

import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;

/** Seeded finite numbers of every kind: bit patterns, powers of two and ten and their neighbours, subnormals, decimals, what was a float. */
final class Doubles {
    interface FloatConsumer {
        void accept(float value);
    }

    private Doubles() {}

    /** @param count of each kind that has so many */
    static void each(int count, DoubleConsumer each) {
        SplittableRandom random = new SplittableRandom(20261123);
        DoubleConsumer finite = value -> {
            if (Double.isFinite(value)) {
                each.accept(value);
            }
        };
        for (int e = -1074; e <= 1023; e++) {
            around(Math.scalb(1.0, e), finite);
            around(Math.scalb(1.5, e), finite);
        }
        for (int e = -324; e <= 308; e++) {
            for (int digit = 1; digit < 10; digit++) {
                around(Double.parseDouble(digit + "e" + e), finite);
            }
        }
        for (int i = 0; i < 1_000; i++) {
            finite.accept(Double.longBitsToDouble(i));
            finite.accept(Double.MAX_VALUE - i * Math.ulp(Double.MAX_VALUE));
        }
        for (int i = 0; i < count; i++) {
            finite.accept(Double.longBitsToDouble(random.nextLong()));
            finite.accept(Double.longBitsToDouble(random.nextLong() & 0x800F_FFFF_FFFF_FFFFL)); // subnormal
            finite.accept(random.nextInt() / Math.pow(10, random.nextInt(10)));
            finite.accept(random.nextLong(1L << 54) / Math.pow(10, random.nextInt(20)));
            around(random.nextInt(20_000_000) / 1e6, finite);
            finite.accept((random.nextInt() >> random.nextInt(32)) * 0x1p-8);
            finite.accept((float) (random.nextInt(-4_000_000, 4_000_000) * 0.022351743));
            finite.accept(random.nextDouble() * Math.pow(10, random.nextInt(-5, 9)));
        }
    }

    private static void around(double value, DoubleConsumer each) {
        each.accept(Math.nextDown(value));
        each.accept(value);
        each.accept(-value);
        each.accept(Math.nextUp(value));
    }

    static void eachFloat(int count, FloatConsumer each) {
        SplittableRandom random = new SplittableRandom(20261123);
        for (int e = -149; e <= 127; e++) {
            float power = Math.scalb(1f, e);
            each.accept(Math.nextDown(power));
            each.accept(power);
            each.accept(Math.nextUp(power));
        }
        for (int i = 0; i < count; i++) {
            float[] values = {
                Float.intBitsToFloat(random.nextInt()),
                Float.intBitsToFloat(random.nextInt() & 0x807F_FFFF), // subnormal
                (float) (random.nextInt(-4_000_000, 4_000_000) * 0.022351743),
                (float) (random.nextInt(-2_000_000, 2_000_000) / 1e3),
                Float.intBitsToFloat(i)
            };
            for (float value : values) {
                if (Float.isFinite(value)) {
                    each.accept(value);
                }
            }
        }
    }
}
