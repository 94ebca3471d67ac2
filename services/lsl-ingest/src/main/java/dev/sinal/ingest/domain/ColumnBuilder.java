package dev.sinal.ingest.domain;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.SampleBatch;
import java.util.Arrays;

/** Collects one channel of a chunk. Starts small and doubles, because most streams are slow. */
abstract class ColumnBuilder {
    private static final int FIRST = 16;

    int size;

    static ColumnBuilder of(ChannelFormat format) {
        return switch (format) {
            case FLOAT32 -> new Floats();
            case DOUBLE64 -> new Doubles();
            case STRING -> new Texts();
            case INT32 -> new Longs(SampleFormat.INT32);
            case INT16 -> new Longs(SampleFormat.INT16);
            case INT8 -> new Longs(SampleFormat.INT8);
            case INT64 -> new Longs(SampleFormat.INT64);
        };
    }

    /** Takes channel {@code c} of sample {@code i}. */
    abstract void add(SampleBatch batch, int i, int c);

    /** What was collected; the builder is empty afterwards. */
    abstract Column take();

    int grown(int capacity) {
        return capacity == 0 ? FIRST : capacity * 2;
    }

    private static final class Floats extends ColumnBuilder {
        private float[] values = new float[0];

        @Override
        void add(SampleBatch batch, int i, int c) {
            if (size == values.length) {
                values = Arrays.copyOf(values, grown(size));
            }
            values[size++] = batch.floatAt(i, c);
        }

        @Override
        Column take() {
            Column column = new FloatColumn(Arrays.copyOf(values, size));
            size = 0;
            return column;
        }
    }

    private static final class Doubles extends ColumnBuilder {
        private double[] values = new double[0];

        @Override
        void add(SampleBatch batch, int i, int c) {
            if (size == values.length) {
                values = Arrays.copyOf(values, grown(size));
            }
            values[size++] = batch.doubleAt(i, c);
        }

        @Override
        Column take() {
            Column column = new DoubleColumn(Arrays.copyOf(values, size));
            size = 0;
            return column;
        }
    }

    private static final class Longs extends ColumnBuilder {
        private final SampleFormat format;
        private long[] values = new long[0];

        Longs(SampleFormat format) {
            this.format = format;
        }

        @Override
        void add(SampleBatch batch, int i, int c) {
            if (size == values.length) {
                values = Arrays.copyOf(values, grown(size));
            }
            values[size++] = batch.longAt(i, c);
        }

        @Override
        Column take() {
            Column column = new LongColumn(format, Arrays.copyOf(values, size));
            size = 0;
            return column;
        }
    }

    private static final class Texts extends ColumnBuilder {
        private String[] values = new String[0];

        @Override
        void add(SampleBatch batch, int i, int c) {
            if (size == values.length) {
                values = Arrays.copyOf(values, grown(size));
            }
            values[size++] = batch.stringAt(i, c);
        }

        @Override
        Column take() {
            Column column = new TextColumn(Arrays.copyOf(values, size));
            Arrays.fill(values, 0, size, null);
            size = 0;
            return column;
        }
    }
}
