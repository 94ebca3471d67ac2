package dev.sinal.chunk;

import static dev.sinal.chunk.Layout.*;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes chunks. The same block and codecs always give the same bytes on the same Java release. */
public final class ChunkEncoder {
    private final SampleBlock block;
    private final Codecs codecs;
    /** Null when nothing is to be compressed. */
    private final @Nullable Deflation deflation;

    private final ByteSink out;
    private final int table;

    private ChunkEncoder(SampleBlock block, Codecs codecs, @Nullable Deflation deflation) {
        this.block = block;
        this.codecs = codecs;
        this.deflation = deflation;
        int channels = block.columns().size();
        ChunkHeader.checkCounts(block.size(), channels);
        this.table = AT_STREAM_ID + block.streamId().length();
        this.out = new ByteSink(table + channels * CHANNEL_ENTRY + 64 + block.size() * (8 + channels * 4));
    }

    /**
     * The block as one chunk.
     *
     * @throws ChunkFormatException for an empty block or one that passes a limit of {@link ChunkLimits}
     */
    public static byte[] encode(SampleBlock block, Codecs codecs) {
        if (!codecs.compress()) {
            return new ChunkEncoder(block, codecs, null).encode();
        }
        try (Deflation deflation = new Deflation(codecs.effort() == Codecs.Effort.DENSE)) {
            return new ChunkEncoder(block, codecs, deflation).encode();
        }
    }

    private byte[] encode() {
        int channels = block.columns().size();
        int headerLength = Layout.headerLength(block.streamId().length(), channels);
        out.claim(headerLength);
        writeFixed(headerLength);
        writeTimestamps();
        writeRawStamps();
        for (int c = 0; c < channels; c++) {
            writeChannel(c);
        }
        ChunkLimits.check("length", out.size(), ChunkLimits.LENGTH);
        byte[] chunk = out.toBytes();
        LittleEndian.putInt(chunk, AT_LENGTH, chunk.length);
        sealHeader(chunk, headerLength);
        return chunk;
    }

    private void writeFixed(int headerLength) {
        byte[] h = out.array();
        byte[] id = block.streamId().getBytes(StandardCharsets.US_ASCII);
        LittleEndian.putInt(h, 0, MAGIC);
        h[AT_VERSION] = VERSION;
        h[AT_BASIS] = (byte) block.basis().code();
        h[AT_STREAM_ID_LENGTH] = (byte) id.length;
        LittleEndian.putInt(h, AT_HEADER_LENGTH, headerLength);
        LittleEndian.putInt(h, AT_COUNT, block.size());
        LittleEndian.putLong(h, AT_EPOCH, block.epoch());
        LittleEndian.putLong(h, AT_FIRST_SEQ, block.firstSeq());
        LittleEndian.putU16(h, AT_CHANNELS, block.columns().size());
        System.arraycopy(id, 0, h, AT_STREAM_ID, id.length);
        boolean sorted = true;
        long[] stamps = block.timestamps();
        long min = stamps[0];
        long max = stamps[0];
        for (int i = 1; i < stamps.length; i++) {
            sorted &= stamps[i] >= stamps[i - 1];
            min = Math.min(min, stamps[i]);
            max = Math.max(max, stamps[i]);
        }
        LittleEndian.putLong(h, AT_MIN_TIMESTAMP, min);
        LittleEndian.putLong(h, AT_MAX_TIMESTAMP, max);
        h[AT_FLAGS] = (byte) ((sorted ? FLAG_SORTED : 0) | (block.rawStamps() == null ? 0 : FLAG_RAW_STAMPS));
    }

    private void writeTimestamps() {
        int start = out.size();
        SectionCodec codec = StampCodec.writeTimestamps(out, block.timestamps(), block.rawStamps(), deflation);
        out.array()[AT_TIMESTAMPS_CODEC] = (byte) codec.tag();
        sealSection(start, AT_TIMESTAMPS_LENGTH, AT_TIMESTAMPS_CRC);
    }

    private void writeRawStamps() {
        int start = out.size();
        double[] stamps = block.rawStamps();
        if (stamps != null) {
            SectionCodec codec = StampCodec.writeRawStamps(out, stamps, deflation);
            out.array()[AT_RAW_STAMPS_CODEC] = (byte) codec.tag();
        }
        sealSection(start, AT_RAW_STAMPS_LENGTH, AT_RAW_STAMPS_CRC);
    }

    private void writeChannel(int c) {
        int start = out.size();
        Column column = block.columns().get(c);
        SectionCodec codec = ChannelCodec.write(out, column, codecs.hint(c), deflation);
        ColumnStats stats = ColumnStats.of(column);
        int entry = table + c * CHANNEL_ENTRY;
        byte[] h = out.array();
        h[entry + CHANNEL_FORMAT] = (byte) column.format().code();
        h[entry + CHANNEL_CODEC] = (byte) codec.tag();
        h[entry + CHANNEL_FLAGS] = (byte) (column.present() == null ? 0 : CHANNEL_FLAG_PRESENCE);
        LittleEndian.putInt(h, entry + CHANNEL_VALID, stats.valid());
        LittleEndian.putDouble(h, entry + CHANNEL_MIN, stats.min());
        LittleEndian.putDouble(h, entry + CHANNEL_MAX, stats.max());
        LittleEndian.putDouble(h, entry + CHANNEL_MEAN, stats.mean());
        sealSection(start, entry + CHANNEL_LENGTH, entry + CHANNEL_CRC);
    }

    private void sealSection(int start, int atLength, int atCrc) {
        int length = out.size() - start;
        LittleEndian.putInt(out.array(), atLength, length);
        LittleEndian.putInt(out.array(), atCrc, Layout.crc(out.array(), start, length));
    }
}
