package dev.sinal.chunk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The section of one channel: a presence bitmap if not every value is there, then the values that are. */
final class ChannelCodec {
    private ChannelCodec() {}

    /** Appends the section and says how its values are written. */
    static SectionCodec write(ByteSink out, Column column, GridHint hint, @Nullable Deflation deflation) {
        BitSet present = column.present();
        if (present != null) {
            writePresence(out, present, column.size());
        }
        if (column instanceof TextColumn texts) {
            return TextCodec.write(out, texts, deflation);
        }
        return NumberCodec.write(out, column, hint, deflation);
    }

    static Column read(ByteSource in, SampleFormat format, SectionCodec codec, int size, boolean hasPresence) {
        BitSet present = hasPresence ? readPresence(in, size) : null;
        int count = present == null ? size : present.cardinality();
        if (format.isText()) {
            return readText(in, codec, size, count, present);
        }
        return switch (format) {
            case FLOAT32 -> Words.toColumn(NumberCodec.readFloats(in, codec, count), size, present);
            case DOUBLE64 -> Words.toColumn(NumberCodec.readDoubles(in, codec, count), size, present);
            default -> Words.toColumn(format, NumberCodec.read(in, codec, format, count), size, present);
        };
    }

    private static Column readText(ByteSource in, SectionCodec codec, int size, int count, @Nullable BitSet present) {
        String[] texts = TextCodec.read(in, codec, count);
        if (present == null) {
            return new TextColumn(texts);
        }
        String[] spread = new String[size];
        int next = 0;
        for (int i = 0; i < size; i++) {
            spread[i] = present.get(i) ? texts[next++] : "";
        }
        return new TextColumn(spread, present);
    }

    private static void writePresence(ByteSink out, BitSet present, int size) {
        byte[] bits = present.toByteArray();
        int at = out.claim((size + 7) / 8);
        System.arraycopy(bits, 0, out.array(), at, bits.length);
        Arrays.fill(out.array(), at + bits.length, at + (size + 7) / 8, (byte) 0);
    }

    private static BitSet readPresence(ByteSource in, int size) {
        int bytes = (size + 7) / 8;
        int at = in.take(bytes);
        BitSet present = BitSet.valueOf(ByteBuffer.wrap(in.array(), at, bytes));
        if (present.length() > size) {
            throw new ChunkFormatException(in.field(), "presence of a sample that does not exist");
        }
        return present;
    }
}
