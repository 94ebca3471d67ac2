package dev.sinal.chunk;

import java.util.Arrays;

/** Values that a rule does not reproduce, kept word for word beside it: NaN in a quantised signal, a stamp after a pause. */
final class Corrections {
    private int[] indexes = new int[4];
    private long[] words = new long[4];
    private int count;

    void add(int index, long word) {
        if (count == indexes.length) {
            indexes = Arrays.copyOf(indexes, count * 2);
            words = Arrays.copyOf(words, count * 2);
        }
        indexes[count] = index;
        words[count++] = word;
    }

    int count() {
        return count;
    }

    int index(int i) {
        return indexes[i];
    }

    long word(int i) {
        return words[i];
    }

    /** Count, then for each how many values lie between it and the one before, and its word. */
    void write(ByteSink out, int width) {
        out.varint(count);
        int next = 0;
        for (int i = 0; i < count; i++) {
            out.varint(indexes[i] - next);
            next = indexes[i] + 1;
            Words.put(out.array(), out.claim(width), words[i], width);
        }
    }

    static Corrections read(ByteSource in, int values, int width) {
        Corrections corrections = new Corrections();
        int count = in.count(values);
        int next = 0;
        for (int i = 0; i < count; i++) {
            int index = next + in.count(values);
            if (index >= values) {
                throw new ChunkFormatException(in.field(), "corrects value " + index + " of " + values, values);
            }
            corrections.add(index, Words.get(in.array(), in.take(width), width));
            next = index + 1;
        }
        return corrections;
    }
}
