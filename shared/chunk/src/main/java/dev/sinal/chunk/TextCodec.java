package dev.sinal.chunk;

/** Strings: for each its length in bytes as a varint, then its bytes. */
final class TextCodec {
    private TextCodec() {}

    static void write(ByteSink out, TextColumn column) {
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

    /** Reads so many strings, which must fill the section. */
    static String[] read(ByteSource in, int count) {
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
