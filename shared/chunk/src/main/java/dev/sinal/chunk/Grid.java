package dev.sinal.chunk;

/**
 * A rule that turns whole numbers into floating point values, as the converter of a sensor did: with it a quantised signal is
 * stored as integers. Every rule is one IEEE operation or two in double precision, so all readers get the same bits.
 */
sealed interface Grid {
    /** The words themselves are the whole numbers; no rule. */
    int WORDS = 0;

    /** The value of a whole number, before it is narrowed to float32 if that is the format. */
    double value(long k);

    /** The whole number nearest to a finite value. */
    long nearest(double value);

    void write(ByteSink out);

    /** What {@code k = 0} gives. */
    double offset();

    /** The distance of neighbouring values. */
    double step();

    /** Whether {@link #value} is {@code offset + k * step}, bit by bit, for all k up to 2^53; a {@link Decimal} is known by its divisor. */
    default boolean oneProduct() {
        return true;
    }

    /** {@code k / 10^digits}: what a program wrote as a decimal. Division, because 0.1 has no exact double. */
    record Decimal(int digits) implements Grid {
        static final int TAG = 1;
        static final int MAX_DIGITS = 15;
        private static final double[] POWERS = {
            1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
        };

        double divisor() {
            return POWERS[digits];
        }

        @Override
        public double offset() {
            return 0;
        }

        @Override
        public double step() {
            return 1 / POWERS[digits];
        }

        @Override
        public double value(long k) {
            return k / POWERS[digits];
        }

        @Override
        public long nearest(double value) {
            return (long) Math.rint(value * POWERS[digits]);
        }

        @Override
        public void write(ByteSink out) {
            out.u8(TAG);
            out.u8(digits);
        }
    }

    /** {@code k * 2^exponent}. */
    record Binary(int exponent) implements Grid {
        static final int TAG = 2;

        @Override
        public double offset() {
            return 0;
        }

        @Override
        public double step() {
            return Math.scalb(1.0, exponent);
        }

        /** Not where products leave the range of normal doubles. */
        @Override
        public boolean oneProduct() {
            return exponent >= -1000 && exponent <= 900;
        }

        @Override
        public double value(long k) {
            return Math.scalb((double) k, exponent);
        }

        @Override
        public long nearest(double value) {
            return (long) Math.scalb(value, -exponent);
        }

        @Override
        public void write(ByteSink out) {
            out.u8(TAG);
            out.u8(exponent & 0xFF);
            out.u8(exponent >> 8 & 0xFF);
        }
    }

    /** {@code offset + k * step}, product and sum each rounded to double: an ADC. */
    record Step(double offset, double step) implements Grid {
        static final int TAG = 3;

        @Override
        public double value(long k) {
            return offset + k * step;
        }

        @Override
        public long nearest(double value) {
            return (long) Math.rint((value - offset) / step);
        }

        @Override
        public void write(ByteSink out) {
            out.u8(TAG);
            out.f64(offset);
            out.f64(step);
        }
    }

    /** Reads what follows the tag of a rule. */
    static Grid read(ByteSource in, int tag) {
        switch (tag) {
            case Decimal.TAG -> {
                int digits = in.u8();
                if (digits > Decimal.MAX_DIGITS) {
                    throw new ChunkFormatException(in.field(), digits + " decimal digits", Decimal.MAX_DIGITS);
                }
                return new Decimal(digits);
            }
            case Binary.TAG -> {
                int low = in.u8();
                return new Binary((short) (in.u8() << 8 | low));
            }
            case Step.TAG -> {
                double offset = in.f64();
                return new Step(offset, in.f64());
            }
            default -> throw new ChunkFormatException(in.field(), "unknown grid " + tag, Step.TAG);
        }
    }
}
