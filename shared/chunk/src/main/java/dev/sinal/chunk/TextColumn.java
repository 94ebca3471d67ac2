package dev.sinal.chunk;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Strings. Where a value is absent the array holds an empty string. */
@SuppressWarnings("ArrayRecordComponent") // equality is written out; the array is the point of a column
public record TextColumn(String[] values, @Nullable BitSet present) implements Column {
    public TextColumn {
        present = Presence.normalise(present, values.length);
        for (int i = 0; i < values.length; i++) {
            if (present != null && !present.get(i)) {
                values[i] = "";
            } else {
                Objects.requireNonNull(values[i], "a text that is present");
            }
        }
    }

    public TextColumn(String[] values) {
        this(values, null);
    }

    @Override
    public SampleFormat format() {
        return SampleFormat.STRING;
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public double doubleAt(int i) {
        return Double.NaN;
    }

    @Override
    public String textAt(int i) {
        return values[i];
    }

    @Override
    public long longAt(int i) {
        throw new UnsupportedOperationException("text has no integer value");
    }

    @Override
    public TextColumn slice(int from, int to) {
        return new TextColumn(Arrays.copyOfRange(values, from, to), Presence.slice(present, from, to));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextColumn that
                && Objects.equals(that.present, present)
                && Arrays.equals(that.values, values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "TextColumn[size=" + values.length + ", present=" + presentCount() + "]";
    }
}
