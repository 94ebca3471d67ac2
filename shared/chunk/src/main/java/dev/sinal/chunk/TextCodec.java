package dev.sinal.chunk;

import org.jspecify.annotations.Nullable;

/** Strings: for each its length in bytes as a varint, then its bytes. */
final class TextCodec {
    private static final int DEFLATE_FROM_BYTES = 48;

    private TextCodec() {}

    static SectionCodec write(ByteSink out, TextColumn column, @Nullable Deflation deflation) {
        if (deflation == null) {
            writePlain(out, column);
            return SectionCodec.TEXT;
        }
        ByteSink plain = new ByteSink(16 * column.size());
        writePlain(plain, column);
        byte[] deflated = plain.size() < DEFLATE_FROM_BYTES
                ? null
                : deflation.deflate(plain.array(), 0, plain.size(), plain.size() - 4);
        if (deflated == null) {
            out.bytes(plain.array(), 0, plain.size());
            return SectionCodec.TEXT;
        }
        out.i32(plain.size());
        out.bytes(deflated, 0, deflated.length);
        return SectionCodec.TEXT_DEFLATE;
    }

    private static void writePlain(ByteSink out, TextColumn column) {
        int start = out.size();
        for (int i = 0; i < column.size(); i++) {
            if (column.isPresent(i)) {
                String text = column.textAt(i);
                ChunkLimits.check("text", text.length(), ChunkLimits.TEXT);
                byte[] bytes = GeneralUtf8.encode(text);
                out.varint(bytes.length);
                out.bytes(bytes, 0, bytes.length);
                ChunkLimits.check("textSection", out.size() - start, ChunkLimits.TEXT_SECTION);
            }
        }
    }

    static String[] read(ByteSource in, SectionCodec codec, int count) {
        return switch (codec) {
            case TEXT -> readPlain(in, count);
            case TEXT_DEFLATE -> {
                int length = in.i32();
                ChunkLimits.check("textSection", length, ChunkLimits.TEXT_SECTION);
                byte[] plain = Deflation.inflate(in, length);
                yield readPlain(new ByteSource(in.field(), plain, 0, length), count);
            }
            default -> throw new ChunkFormatException("codec", codec + " is not for text");
        };
    }

    /** Reads so many strings, which must fill the section. */
    private static String[] readPlain(ByteSource in, int count) {
        if (in.remaining() < count) {
            throw new ChunkFormatException(in.field(), "too short for " + count + " strings");
        }
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            int length = in.count(3 * ChunkLimits.TEXT);
            values[i] = GeneralUtf8.decode(in.field(), in.array(), in.take(length), length);
            ChunkLimits.check("text", values[i].length(), ChunkLimits.TEXT);
        }
        in.expectEnd();
        return values;
    }
}
