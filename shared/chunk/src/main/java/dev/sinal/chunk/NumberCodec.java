package dev.sinal.chunk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numeric sections: picks the codec that gives the fewest bytes among those worth their time. */
final class NumberCodec {
    /** Below this share of the plain size, DEFLATE is not tried: on packed sensor data it never wins and costs ten times more. */
    private static final double FLOAT_PACKED_ENOUGH = 0.6;

    private static final double INTEGER_PACKED_ENOUGH = 0.85;
    private static final int DEFLATE_FROM_BYTES = 64;
    /** Values of a stretch that shows whether DEFLATE is worth its time. */
    private static final int TRIAL = 512;

    private NumberCodec() {}

    static SectionCodec write(ByteSink out, Column column, GridHint hint, @Nullable Deflation deflation) {
        if (deflation == null || column.presentCount() < 2) {
            Words.writeColumn(out, column);
            return SectionCodec.RAW;
        }
        if (column.format().isInteger()) {
            return writeWords(out, Words.ofColumn(column), column.format(), null, hint, deflation);
        }
        FloatWords values = FloatWords.of(column);
        if (values.allEqual()) {
            return writeWords(out, values.words(), column.format(), null, hint, deflation);
        }
        GridFit onGrid = GridFinder.find(values, hint);
        if (onGrid != null
                && !deflation.dense()
                && onGrid.size() <= values.size() * values.width() * FLOAT_PACKED_ENOUGH) {
            onGrid.write(out);
            return SectionCodec.PACKED;
        }
        return writeWords(out, values.words(), column.format(), onGrid, hint, deflation);
    }

    private static SectionCodec writeWords(
            ByteSink out,
            long[] words,
            SampleFormat format,
            @Nullable GridFit onGrid,
            GridHint hint,
            Deflation deflation) {
        int width = format.bytes();
        if (allEqual(words)) {
            Words.put(out.array(), out.claim(width), words[0], width);
            return SectionCodec.CONSTANT;
        }
        int plain = words.length * width;
        boolean dense = deflation.dense();
        int packed = onGrid == null ? Integer.MAX_VALUE : dense ? onGrid.denseSize() : onGrid.size();
        double enough = plain * (format.isInteger() ? INTEGER_PACKED_ENOUGH : FLOAT_PACKED_ENOUGH);
        PackedLongs asWords = null;
        if (packed > enough) {
            // bit patterns of floats of one sign are in the order of their values: on an offset they are as smooth as
            // these
            asWords = PackedLongs.plan(words, false, dense);
            if (asWords.size() + 1 < packed) {
                packed = asWords.size() + 1;
            } else {
                asWords = null;
            }
        }
        boolean worthATry = plain >= DEFLATE_FROM_BYTES && (dense || packed > enough);
        if (worthATry && !hint.deflation().resting()) {
            int limit = Math.min(packed, plain);
            SectionCodec deflated = promising(words, width, limit, deflation)
                    ? writeDeflated(out, words, width, limit, deflation)
                    : null;
            hint.deflation().tried(deflated != null);
            if (deflated != null) {
                return deflated;
            }
        }
        if (packed >= plain) {
            Words.write(out, words, width);
            return SectionCodec.RAW;
        }
        if (asWords != null) {
            out.u8(Grid.WORDS);
            asWords.write(out);
        } else if (onGrid != null) {
            onGrid.write(out);
        }
        return SectionCodec.PACKED;
    }

    /** Whether a stretch of the middle, deflated, comes near what packing makes of it; few values are not worth the question. */
    private static boolean promising(long[] words, int width, int packed, Deflation deflation) {
        int n = words.length;
        if (n < 4 * TRIAL) {
            return true;
        }
        long[] stretch = Arrays.copyOfRange(words, (n - TRIAL) / 2, (n + TRIAL) / 2);
        int share = (int) ((long) packed * TRIAL / n * 5 / 4);
        return writeDeflated(new ByteSink(share), stretch, width, share, deflation) != null;
    }

    private static boolean allEqual(long[] words) {
        for (long word : words) {
            if (word != words[0]) {
                return false;
            }
        }
        return true;
    }

    /** Null, and nothing written, when neither way gives fewer than {@code limit} bytes. */
    static @Nullable SectionCodec writeDeflated(ByteSink out, long[] words, int width, int limit, Deflation deflation) {
        byte[] shuffled = Deflation.shuffle(words, width, false);
        byte[] plain = deflation.deflate(shuffled, 0, shuffled.length, limit);
        byte[] differences = Deflation.shuffle(words, width, true);
        byte[] delta = deflation.deflate(differences, 0, differences.length, plain == null ? limit : plain.length);
        byte[] best = delta != null ? delta : plain;
        if (best == null) {
            return null;
        }
        out.bytes(best, 0, best.length);
        return delta != null ? SectionCodec.DELTA_DEFLATE : SectionCodec.DEFLATE;
    }

    static float[] readFloats(ByteSource in, SectionCodec codec, int count) {
        if (codec == SectionCodec.RAW) {
            float[] values = Words.readFloats(in, count);
            in.expectEnd();
            return values;
        }
        if (codec == SectionCodec.PACKED) {
            int grid = in.u8();
            if (grid != Grid.WORDS) {
                return GridFit.readFloats(in, grid, count);
            }
            return Words.toFloats(readPackedWords(in, SampleFormat.FLOAT32, count));
        }
        return Words.toFloats(read(in, codec, SampleFormat.FLOAT32, count));
    }

    static double[] readDoubles(ByteSource in, SectionCodec codec, int count) {
        if (codec == SectionCodec.PACKED) {
            int grid = in.u8();
            if (grid != Grid.WORDS) {
                return GridFit.readDoubles(in, grid, count);
            }
            return Words.toDoubles(PackedLongs.read(in, count));
        }
        return Words.toDoubles(read(in, codec, SampleFormat.DOUBLE64, count));
    }

    /** The words of a section without a grid. */
    static long[] read(ByteSource in, SectionCodec codec, SampleFormat format, int count) {
        int width = format.bytes();
        switch (codec) {
            case RAW -> {
                long[] words = Words.read(in, count, width);
                in.expectEnd();
                return words;
            }
            case CONSTANT -> {
                long[] words = new long[count];
                Arrays.fill(words, Words.get(in.array(), in.take(width), width));
                in.expectEnd();
                return words;
            }
            case PACKED -> {
                int grid = in.u8();
                if (grid != Grid.WORDS) {
                    throw new ChunkFormatException(in.field(), "grid " + grid + " for " + format.wireName());
                }
                return readPackedWords(in, format, count);
            }
            case DEFLATE, DELTA_DEFLATE -> {
                byte[] bytes = Deflation.inflate(in, count * width);
                return Deflation.unshuffle(bytes, count, width, codec == SectionCodec.DELTA_DEFLATE);
            }
            default -> throw new ChunkFormatException("codec", codec + " is not for " + format.wireName());
        }
    }

    private static long[] readPackedWords(ByteSource in, SampleFormat format, int count) {
        long[] words = PackedLongs.read(in, count);
        checkRange(in, words, format);
        return words;
    }

    private static void checkRange(ByteSource in, long[] words, SampleFormat format) {
        int unused = 64 - 8 * format.bytes();
        for (long word : words) {
            if (word << unused >> unused != word) {
                throw new ChunkFormatException(in.field(), word + " is outside " + format.wireName());
            }
        }
    }
}
