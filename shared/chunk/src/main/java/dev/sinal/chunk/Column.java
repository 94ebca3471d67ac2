package dev.sinal.chunk;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The values of one channel. A value may be absent, which is not the same as NaN or an empty text.
 *
 * <p>Columns carry data on hot paths: arrays and bit sets handed to a constructor belong to the column from then on, and
 * those it returns must not be changed.
 */
public sealed interface Column permits FloatColumn, DoubleColumn, LongColumn, TextColumn {
    SampleFormat format();

    int size();

    /** Which values are there; null when all are. */
    @Nullable
    BitSet present();

    default boolean isPresent(int i) {
        BitSet present = present();
        return present == null || present.get(i);
    }

    /** How many values are there. */
    default int presentCount() {
        BitSet present = present();
        return present == null ? size() : present.cardinality();
    }

    /** The value; int64 beyond 2^53 rounded to nearest. NaN when absent, and for text. */
    double doubleAt(int i);

    /** The value as text; empty when absent. Numbers as {@link Double#toString(double)} or all digits of an integer. */
    String textAt(int i);

    /**
     * The value, floating point cut towards zero as Java casts do; 0 when absent.
     *
     * @throws UnsupportedOperationException for text
     */
    long longAt(int i);

    /** Values {@code from} (inclusive) to {@code to} (exclusive), copied. */
    Column slice(int from, int to);
}
