package dev.sinal.chunk;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of format double64. Equality is that of the bits of present values, so NaN payloads and -0.0 count. */
@SuppressWarnings("ArrayRecordComponent") // equality is written out; the array is the point of a column
public record DoubleColumn(double[] values, @Nullable BitSet present) implements Column {
    public DoubleColumn {
        present = Presence.normalise(present, values.length);
    }

    public DoubleColumn(double[] values) {
        this(values, null);
    }

    @Override
    public SampleFormat format() {
        return SampleFormat.DOUBLE64;
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public double doubleAt(int i) {
        return isPresent(i) ? values[i] : Double.NaN;
    }

    @Override
    public String textAt(int i) {
        return isPresent(i) ? Double.toString(values[i]) : "";
    }

    @Override
    public long longAt(int i) {
        return isPresent(i) ? (long) values[i] : 0;
    }

    @Override
    public DoubleColumn slice(int from, int to) {
        return new DoubleColumn(Arrays.copyOfRange(values, from, to), Presence.slice(present, from, to));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof DoubleColumn that) || that.size() != size() || !Objects.equals(that.present, present)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (isPresent(i) && Double.doubleToRawLongBits(values[i]) != Double.doubleToRawLongBits(that.values[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = values.length;
        for (int i = 0; i < values.length; i++) {
            hash = 31 * hash + (isPresent(i) ? Long.hashCode(Double.doubleToRawLongBits(values[i])) : 0);
        }
        return hash;
    }

    @Override
    public String toString() {
        return "DoubleColumn[size=" + values.length + ", present=" + presentCount() + "]";
    }
}
