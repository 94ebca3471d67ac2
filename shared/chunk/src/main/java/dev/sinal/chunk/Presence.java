package dev.sinal.chunk;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which values of a column are there: null means all of them, so that equal columns have equal presence. */
final class Presence {
    private Presence() {}

    static @Nullable BitSet normalise(@Nullable BitSet present, int size) {
        if (present == null) {
            return null;
        }
        if (present.length() > size) {
            throw new IllegalArgumentException(
                    "presence names value " + (present.length() - 1) + " of a column of " + size);
        }
        return present.nextClearBit(0) >= size ? null : present;
    }

    static @Nullable BitSet slice(@Nullable BitSet present, int from, int to) {
        return present == null ? null : present.get(from, to);
    }
}
