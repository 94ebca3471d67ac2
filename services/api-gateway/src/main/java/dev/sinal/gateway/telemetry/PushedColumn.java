package dev.sinal.gateway.telemetry;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.TextColumn;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Values of one metric on their way in: numbers or texts, some absent. */
final class PushedColumn {
    private final boolean text;
    private final BitSet present = new BitSet();
    private double[] numbers = new double[0];
    private @Nullable String[] texts = new String[0];

    PushedColumn(boolean text) {
        this.text = text;
        if (text) {
            texts = new String[16];
        } else {
            numbers = new double[16];
        }
    }

    boolean isText() {
        return text;
    }

    void set(int row, double value) {
        if (row >= numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(row + 1, numbers.length * 2));
        }
        numbers[row] = value;
        present.set(row);
    }

    void set(int row, String value) {
        if (row >= texts.length) {
            texts = Arrays.copyOf(texts, Math.max(row + 1, texts.length * 2));
        }
        texts[row] = value;
        present.set(row);
    }

    /** @param rows of the block; those that were not set are absent */
    Column column(int rows) {
        BitSet there = present.cardinality() == rows ? null : present;
        if (!text) {
            return new DoubleColumn(Arrays.copyOf(numbers, rows), there);
        }
        String[] values = new String[rows];
        for (int i = 0; i < rows; i++) {
            String value = i < texts.length ? texts[i] : null;
            values[i] = value == null ? "" : value;
        }
        return new TextColumn(values, there);
    }
}
