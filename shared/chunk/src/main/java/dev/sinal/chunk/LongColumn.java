package dev.sinal.chunk;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of an integer format (int8 to int64), each checked to be in its range. */
@SuppressWarnings("ArrayRecordComponent") // equality is written out; the array is the point of a column
public record LongColumn(
        SampleFormat format, long[] values, @Nullable BitSet present) implements Column {
    public LongColumn {
        if (!format.isInteger()) {
            throw new IllegalArgumentException(format.wireName() + " is no integer format");
        }
        present = Presence.normalise(present, values.length);
        long lowest = format.lowest();
        long highest = format.highest();
        for (int i = 0; i < values.length; i++) {
            if ((values[i] < lowest || values[i] > highest) && (present == null || present.get(i))) {
                throw new IllegalArgumentException("value " + i + " is outside " + format.wireName());
            }
        }
    }

    public LongColumn(SampleFormat format, long[] values) {
        this(format, values, null);
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
        return isPresent(i) ? Long.toString(values[i]) : "";
    }

    @Override
    public long longAt(int i) {
        return isPresent(i) ? values[i] : 0;
    }

    @Override
    public LongColumn slice(int from, int to) {
        return new LongColumn(format, Arrays.copyOfRange(values, from, to), Presence.slice(present, from, to));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof LongColumn that)
                || that.format != format
                || that.size() != size()
                || !Objects.equals(that.present, present)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (isPresent(i) && values[i] != that.values[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = format.code();
        for (int i = 0; i < values.length; i++) {
            hash = 31 * hash + Long.hashCode(longAt(i));
        }
        return hash;
    }

    @Override
    public String toString() {
        return "LongColumn[format=" + format.wireName() + ", size=" + values.length + ", present=" + presentCount()
                + "]";
    }
}
