package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Consecutive blocks of one epoch as one block: what small chunks hold, to be encoded again as a large one. */
public final class ChunkJoin {
    private ChunkJoin() {}

    /**
     * Whether the samples of one chunk follow those of another without a hole and could stand in one chunk with them: same stream, epoch,
     * basis and formats, next number, raw stamps in both or in neither. Size is not looked at.
     */
    public static boolean follows(ChunkHeader next, ChunkHeader before) {
        if (!next.streamId().equals(before.streamId())
                || next.epoch() != before.epoch()
                || next.firstSeq() != before.lastSeq() + 1
                || next.basis() != before.basis()
                || next.hasRawStamps() != before.hasRawStamps()
                || next.channels() != before.channels()) {
            return false;
        }
        for (int c = 0; c < next.channels(); c++) {
            if (next.format(c) != before.format(c)) {
                return false;
            }
        }
        return true;
    }

    /**
     * All samples of these blocks, bit by bit, absent values absent.
     *
     * @param blocks at least one, in order
     * @throws ChunkFormatException naming what does not fit: {@code streamId}, {@code epoch}, {@code firstSeq}, {@code basis},
     *     {@code rawStamps}, {@code channels}, {@code format}, or {@code count} or {@code values} past a limit of {@link ChunkLimits}
     */
    public static SampleBlock of(List<SampleBlock> blocks) {
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("no blocks to join");
        }
        SampleBlock first = blocks.get(0);
        long count = first.size();
        for (int b = 1; b < blocks.size(); b++) {
            checkFollows(blocks.get(b), blocks.get(b - 1));
            count += blocks.get(b).size();
        }
        if (blocks.size() == 1) {
            return first;
        }
        ChunkLimits.check("count", count, ChunkLimits.SAMPLES);
        ChunkLimits.check("values", count * first.columns().size(), ChunkLimits.VALUES);
        List<Column> columns = new ArrayList<>(first.columns().size());
        for (int c = 0; c < first.columns().size(); c++) {
            columns.add(column(blocks, c, (int) count));
        }
        return new SampleBlock(
                first.streamId(),
                first.epoch(),
                first.firstSeq(),
                first.basis(),
                timestamps(blocks, (int) count),
                rawStamps(blocks, (int) count),
                columns);
    }

    private static void checkFollows(SampleBlock next, SampleBlock before) {
        expect("streamId", next.streamId(), before.streamId());
        expect("epoch", next.epoch(), before.epoch());
        expect("firstSeq", next.firstSeq(), before.lastSeq() + 1);
        expect("basis", next.basis(), before.basis());
        expect("rawStamps", next.rawStamps() != null, before.rawStamps() != null);
        expect("channels", next.columns().size(), before.columns().size());
        for (int c = 0; c < next.columns().size(); c++) {
            expect("format", next.column(c).format(), before.column(c).format());
        }
    }

    private static void expect(String field, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new ChunkFormatException(field, actual + " cannot be joined where " + expected + " is expected");
        }
    }

    private static long[] timestamps(List<SampleBlock> blocks, int count) {
        long[] joined = new long[count];
        int at = 0;
        for (SampleBlock block : blocks) {
            System.arraycopy(block.timestamps(), 0, joined, at, block.size());
            at += block.size();
        }
        return joined;
    }

    private static double @Nullable [] rawStamps(List<SampleBlock> blocks, int count) {
        double[] joined = new double[count];
        int at = 0;
        for (SampleBlock block : blocks) {
            double[] stamps = block.rawStamps();
            if (stamps == null) {
                return null;
            }
            System.arraycopy(stamps, 0, joined, at, block.size());
            at += block.size();
        }
        return joined;
    }

    private static Column column(List<SampleBlock> blocks, int c, int count) {
        Column first = blocks.get(0).column(c);
        Object values = emptyArray(first, count);
        BitSet present = new BitSet();
        boolean someAbsent = false;
        int at = 0;
        for (SampleBlock block : blocks) {
            Column part = block.column(c);
            System.arraycopy(array(part), 0, values, at, part.size());
            BitSet there = part.present();
            if (there == null) {
                present.set(at, at + part.size());
            } else {
                someAbsent = true;
                for (int i = there.nextSetBit(0); i >= 0; i = there.nextSetBit(i + 1)) {
                    present.set(at + i);
                }
            }
            at += part.size();
        }
        return ofArray(first.format(), values, someAbsent ? present : null);
    }

    private static Object emptyArray(Column like, int count) {
        return switch (like.format()) {
            case FLOAT32 -> new float[count];
            case DOUBLE64 -> new double[count];
            case STRING -> new String[count];
            default -> new long[count];
        };
    }

    private static Object array(Column column) {
        if (column instanceof FloatColumn floats) {
            return floats.values();
        }
        if (column instanceof DoubleColumn doubles) {
            return doubles.values();
        }
        return column instanceof TextColumn texts ? texts.values() : ((LongColumn) column).values();
    }

    private static Column ofArray(SampleFormat format, Object values, @Nullable BitSet present) {
        return switch (format) {
            case FLOAT32 -> new FloatColumn((float[]) values, present);
            case DOUBLE64 -> new DoubleColumn((double[]) values, present);
            case STRING -> new TextColumn((String[]) values, present);
            default -> new LongColumn(format, (long[]) values, present);
        };
    }
}
