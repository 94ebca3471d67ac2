package dev.sinal.chunk;

import static dev.sinal.chunk.Layout.*;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is known of a chunk without decoding values. Reading checks the header's own CRC and that all lengths fit together; the
 * bytes of the sections need not be there, so a reader may fetch the header first and single channels afterwards.
 */
public final class ChunkHeader {
    private final byte[] header;
    private final String streamId;
    private final int table;
    private final int[] offsets;

    private ChunkHeader(byte[] header) {
        this.header = header;
        int idLength = header[AT_STREAM_ID_LENGTH];
        this.streamId = new String(header, AT_STREAM_ID, idLength, StandardCharsets.US_ASCII);
        this.table = AT_STREAM_ID + idLength;
        this.offsets = checkedOffsets();
    }

    /** Reads the header at the start of these bytes. */
    public static ChunkHeader read(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes));
    }

    /** Reads the header at the buffer's position, which is not moved. */
    public static ChunkHeader read(ByteBuffer buffer) {
        if (buffer.remaining() < AT_STREAM_ID) {
            throw new ChunkFormatException("length", buffer.remaining() + " bytes are too few for a header");
        }
        byte[] fixed = new byte[AT_STREAM_ID];
        buffer.get(buffer.position(), fixed);
        int headerLength = checkFixed(fixed);
        if (buffer.remaining() < headerLength) {
            throw new ChunkFormatException(
                    "headerLength", buffer.remaining() + " of " + headerLength + " header bytes are there");
        }
        byte[] header = new byte[headerLength];
        buffer.get(buffer.position(), header);
        if (headerCrc(header, headerLength) != LittleEndian.getInt(header, AT_HEADER_CRC)) {
            throw new ChunkFormatException("headerCrc", "the header is damaged");
        }
        return new ChunkHeader(header);
    }

    /**
     * How many bytes from the start of a chunk hold its header, read from at least 16 of them and not yet checked by the CRC;
     * for readers that fetch piece by piece.
     */
    public static int headerLength(byte[] start) {
        if (start.length < AT_HEADER_CRC) {
            throw new ChunkFormatException("length", start.length + " bytes are too few for a header");
        }
        checkMagic(start);
        int length = LittleEndian.getInt(start, AT_HEADER_LENGTH);
        ChunkLimits.check("headerLength", length, Layout.headerLength(ChunkLimits.STREAM_ID, ChunkLimits.CHANNELS));
        return length;
    }

    private static void checkMagic(byte[] bytes) {
        if (LittleEndian.getInt(bytes, 0) != MAGIC) {
            throw new ChunkFormatException("magic", "these bytes are no chunk");
        }
        if (bytes[AT_VERSION] != VERSION) {
            throw new ChunkFormatException(
                    "version", "version " + bytes[AT_VERSION] + " is not understood here", VERSION);
        }
    }

    /** Checks what decides how many bytes to read next, and returns the header's length. */
    private static int checkFixed(byte[] fixed) {
        checkMagic(fixed);
        int idLength = fixed[AT_STREAM_ID_LENGTH];
        if (idLength < 1 || idLength > ChunkLimits.STREAM_ID) {
            throw new ChunkFormatException(
                    "streamId", idLength + " characters, not 1 to " + ChunkLimits.STREAM_ID, ChunkLimits.STREAM_ID);
        }
        int channels = LittleEndian.getU16(fixed, AT_CHANNELS);
        ChunkLimits.check("channels", channels, ChunkLimits.CHANNELS);
        int headerLength = LittleEndian.getInt(fixed, AT_HEADER_LENGTH);
        if (headerLength != Layout.headerLength(idLength, channels)) {
            throw new ChunkFormatException("headerLength", headerLength + " does not fit the channel count");
        }
        return headerLength;
    }

    /** Start of the timestamps, the raw stamps, every channel, and the end of the chunk. */
    private int[] checkedOffsets() {
        if ((header[AT_FLAGS] & ~(FLAG_SORTED | FLAG_RAW_STAMPS)) != 0) {
            throw new ChunkFormatException("flags", "unknown flag");
        }
        SampleBlock.checkStreamId(streamId);
        TimeBasis.ofCode(header[AT_BASIS]);
        checkCounts(count(), channels());
        SampleBlock.checkNumbering(epoch(), firstSeq(), count());
        long at = header.length;
        int[] starts = new int[channels() + 3];
        starts[0] = header.length;
        at += sectionLength("timestamps", AT_TIMESTAMPS_LENGTH);
        starts[1] = (int) at;
        int rawLength = sectionLength("rawStamps", AT_RAW_STAMPS_LENGTH);
        if (!hasRawStamps() && rawLength != 0) {
            throw new ChunkFormatException("rawStamps", "bytes without their flag");
        }
        at += rawLength;
        for (int c = 0; c < channels(); c++) {
            starts[c + 2] = (int) at;
            checkEntry(c);
            at += sectionLength("channel", entry(c) + CHANNEL_LENGTH);
            ChunkLimits.check("length", at, ChunkLimits.LENGTH);
        }
        starts[channels() + 2] = (int) at;
        if (at != length()) {
            throw new ChunkFormatException("length", length() + " is not the " + at + " bytes of all sections");
        }
        return starts;
    }

    static void checkCounts(int count, int channels) {
        if (count < 1 || count > ChunkLimits.SAMPLES) {
            throw new ChunkFormatException(
                    "count", count + " samples, not 1 to " + ChunkLimits.SAMPLES, ChunkLimits.SAMPLES);
        }
        ChunkLimits.check("channels", channels, ChunkLimits.CHANNELS);
        ChunkLimits.check("values", (long) count * channels, ChunkLimits.VALUES);
    }

    private void checkEntry(int c) {
        int entry = entry(c);
        SampleFormat.ofCode(header[entry + CHANNEL_FORMAT]);
        if ((header[entry + CHANNEL_FLAGS] & ~CHANNEL_FLAG_PRESENCE) != 0 || header[entry + CHANNEL_RESERVED] != 0) {
            throw new ChunkFormatException("channelFlags", "unknown flag of channel " + c);
        }
        ChunkLimits.check("valid", valid(c), count());
    }

    private int sectionLength(String field, int at) {
        int length = LittleEndian.getInt(header, at);
        ChunkLimits.check(field, length, ChunkLimits.LENGTH);
        return length;
    }

    private int entry(int c) {
        if (c < 0 || c >= channels()) {
            throw new IndexOutOfBoundsException("channel " + c + " of " + channels());
        }
        return table + c * CHANNEL_ENTRY;
    }

    public String streamId() {
        return streamId;
    }

    public long epoch() {
        return LittleEndian.getLong(header, AT_EPOCH);
    }

    public long firstSeq() {
        return LittleEndian.getLong(header, AT_FIRST_SEQ);
    }

    public long lastSeq() {
        return firstSeq() + count() - 1;
    }

    /** Samples, at least 1. */
    public int count() {
        return LittleEndian.getInt(header, AT_COUNT);
    }

    /** UTC nanoseconds since 1970. */
    public long minTimestamp() {
        return LittleEndian.getLong(header, AT_MIN_TIMESTAMP);
    }

    /** UTC nanoseconds since 1970, of the latest sample (inclusive). */
    public long maxTimestamp() {
        return LittleEndian.getLong(header, AT_MAX_TIMESTAMP);
    }

    public TimeBasis basis() {
        return TimeBasis.ofCode(header[AT_BASIS]);
    }

    /** True when timestamps never go back. */
    public boolean sorted() {
        return (header[AT_FLAGS] & FLAG_SORTED) != 0;
    }

    public boolean hasRawStamps() {
        return (header[AT_FLAGS] & FLAG_RAW_STAMPS) != 0;
    }

    public int channels() {
        return LittleEndian.getU16(header, AT_CHANNELS);
    }

    public SampleFormat format(int c) {
        return SampleFormat.ofCode(header[entry(c) + CHANNEL_FORMAT]);
    }

    /** Smallest finite value, int64 rounded down where a double cannot hold it; NaN when there is none. */
    public double min(int c) {
        return LittleEndian.getDouble(header, entry(c) + CHANNEL_MIN);
    }

    /** Largest finite value, int64 rounded up where a double cannot hold it; NaN when there is none. */
    public double max(int c) {
        return LittleEndian.getDouble(header, entry(c) + CHANNEL_MAX);
    }

    /** Mean of the finite values; NaN when there is none. */
    public double mean(int c) {
        return LittleEndian.getDouble(header, entry(c) + CHANNEL_MEAN);
    }

    /** How many values are present and finite; for text, how many are present. */
    public int valid(int c) {
        return LittleEndian.getInt(header, entry(c) + CHANNEL_VALID);
    }

    /** Bytes of the whole chunk. */
    public int length() {
        return LittleEndian.getInt(header, AT_LENGTH);
    }

    /** Bytes of this header: where the timestamps start. */
    public int headerLength() {
        return header.length;
    }

    /** Bytes of this header and both sections of stamps: where the channels start. */
    public int headLength() {
        return offsets[2];
    }

    /** Where in the chunk the bytes of every channel start, and the chunk's end: one more than there are channels. */
    public int[] offsets() {
        return Arrays.copyOfRange(offsets, 2, offsets.length);
    }

    public int timestampsLength() {
        return offsets[1] - offsets[0];
    }

    /** Where in the chunk the raw stamps start. */
    public int rawStampsOffset() {
        return offsets[1];
    }

    public int rawStampsLength() {
        return offsets[2] - offsets[1];
    }

    /** Where in the chunk the bytes of a channel start. */
    public int channelOffset(int c) {
        entry(c);
        return offsets[c + 2];
    }

    public int channelLength(int c) {
        entry(c);
        return offsets[c + 3] - offsets[c + 2];
    }

    /** Everything before the channel table. */
    void copyFixed(byte[] target) {
        System.arraycopy(header, 0, target, 0, table);
    }

    /** What the channel table says of one channel. */
    void copyEntry(int c, byte[] target, int at) {
        System.arraycopy(header, entry(c), target, at, CHANNEL_ENTRY);
    }

    int timestampsCodec() {
        return header[AT_TIMESTAMPS_CODEC];
    }

    int timestampsCrc() {
        return LittleEndian.getInt(header, AT_TIMESTAMPS_CRC);
    }

    int rawStampsCodec() {
        return header[AT_RAW_STAMPS_CODEC];
    }

    int rawStampsCrc() {
        return LittleEndian.getInt(header, AT_RAW_STAMPS_CRC);
    }

    int channelCodec(int c) {
        return header[entry(c) + CHANNEL_CODEC];
    }

    int channelCrc(int c) {
        return LittleEndian.getInt(header, entry(c) + CHANNEL_CRC);
    }

    boolean hasPresence(int c) {
        return (header[entry(c) + CHANNEL_FLAGS] & CHANNEL_FLAG_PRESENCE) != 0;
    }

    @Override
    public String toString() {
        return "ChunkHeader[stream=" + streamId + ", epoch=" + epoch() + ", seq=" + firstSeq() + ".." + lastSeq()
                + ", channels=" + channels() + ", length=" + length() + "]";
    }
}
