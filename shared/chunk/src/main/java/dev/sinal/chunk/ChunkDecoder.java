package dev.sinal.chunk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads chunks. Whatever the bytes are, the answer is the samples that were encoded or a {@link ChunkFormatException}. The header
 * and every section that is read are checked by their CRC first; sections that are not asked for are not looked at.
 */
public final class ChunkDecoder {
    private ChunkDecoder() {}

    /** All samples of all channels. */
    public static SampleBlock decode(byte[] bytes) {
        ChunkHeader header = ChunkHeader.read(bytes);
        int[] all = new int[header.channels()];
        for (int c = 0; c < all.length; c++) {
            all[c] = c;
        }
        return decode(header, bytes, all, true);
    }

    /**
     * Some channels; the others are not looked at.
     *
     * @param channels only these, in this order
     * @throws IndexOutOfBoundsException when the chunk has no such channel
     */
    public static SampleBlock decode(byte[] bytes, int[] channels) {
        return decode(ChunkHeader.read(bytes), bytes, channels, true);
    }

    /** The same for a reader who asks for no raw stamps: they take about as long as a channel. The block has none. */
    public static SampleBlock decodeWithoutRawStamps(byte[] bytes, int[] channels) {
        return decode(ChunkHeader.read(bytes), bytes, channels, false);
    }

    private static SampleBlock decode(ChunkHeader header, byte[] bytes, int[] channels, boolean withRawStamps) {
        checkLength(header, bytes);
        ChunkLimits.check("values", (long) header.count() * channels.length, ChunkLimits.VALUES);
        List<Column> columns = new ArrayList<>(channels.length);
        for (int c : channels) {
            columns.add(channel(header, c, bytes, header.channelOffset(c)));
        }
        boolean raw = header.hasRawStamps() && (withRawStamps || timestampsNeedRaw(header));
        double[] rawStamps = raw ? rawStamps(header, bytes, header.rawStampsOffset()) : null;
        return new SampleBlock(
                header.streamId(),
                header.epoch(),
                header.firstSeq(),
                header.basis(),
                timestamps(header, bytes, header.headerLength(), rawStamps),
                withRawStamps ? rawStamps : null,
                columns);
    }

    private static boolean timestampsNeedRaw(ChunkHeader header) {
        return header.timestampsCodec() == SectionCodec.FROM_RAW_STAMPS.tag();
    }

    /** UTC nanoseconds since 1970 of every sample. */
    public static long[] timestamps(byte[] bytes) {
        ChunkHeader header = ChunkHeader.read(bytes);
        checkLength(header, bytes);
        return timestamps(header, bytes, header.headerLength());
    }

    /** Checks every CRC and that all lengths fit, without decoding values. */
    public static void verify(byte[] bytes) {
        ChunkHeader header = ChunkHeader.read(bytes);
        checkLength(header, bytes);
        section("timestamps", bytes, header.headerLength(), header.timestampsLength(), header.timestampsCrc());
        section("rawStamps", bytes, header.rawStampsOffset(), header.rawStampsLength(), header.rawStampsCrc());
        for (int c = 0; c < header.channels(); c++) {
            section("channel", bytes, header.channelOffset(c), header.channelLength(c), header.channelCrc(c));
        }
    }

    /**
     * The timestamps, for a reader that fetched only a part of the chunk.
     *
     * @param bytes hold both sections of stamps, {@link ChunkHeader#timestampsLength()} and then
     *     {@link ChunkHeader#rawStampsLength()} bytes, starting at {@code from}
     */
    public static long[] timestamps(ChunkHeader header, byte[] bytes, int from) {
        boolean needsRaw = timestampsNeedRaw(header) && header.hasRawStamps();
        return timestamps(
                header, bytes, from, needsRaw ? rawStamps(header, bytes, from + header.timestampsLength()) : null);
    }

    private static long[] timestamps(ChunkHeader header, byte[] bytes, int from, double @Nullable [] rawStamps) {
        ByteSource in = section("timestamps", bytes, from, header.timestampsLength(), header.timestampsCrc());
        SectionCodec codec = SectionCodec.ofTag(header.timestampsCodec());
        return StampCodec.readTimestamps(in, codec, header.count(), rawStamps);
    }

    /**
     * The values of one channel, for a reader that fetched only a part of the chunk.
     *
     * @param bytes hold the section of {@link ChunkHeader#channelLength(int)} bytes, starting at {@code from}
     */
    public static Column channel(ChunkHeader header, int c, byte[] bytes, int from) {
        ByteSource in = section("channel", bytes, from, header.channelLength(c), header.channelCrc(c));
        return ChannelCodec.read(
                in,
                header.format(c),
                SectionCodec.ofTag(header.channelCodec(c)),
                header.count(),
                header.hasPresence(c));
    }

    /**
     * The raw stamps, for a reader that fetched only a part of the chunk.
     *
     * @param bytes hold the section of {@link ChunkHeader#rawStampsLength()} bytes, starting at {@code from}
     */
    public static double[] rawStamps(ChunkHeader header, byte[] bytes, int from) {
        ByteSource in = section("rawStamps", bytes, from, header.rawStampsLength(), header.rawStampsCrc());
        return StampCodec.readRawStamps(in, SectionCodec.ofTag(header.rawStampsCodec()), header.count());
    }

    static void checkLength(ChunkHeader header, byte[] bytes) {
        if (bytes.length != header.length()) {
            throw new ChunkFormatException(
                    "length", bytes.length + " bytes of a chunk of " + header.length(), header.length());
        }
    }

    private static ByteSource section(String field, byte[] bytes, int from, int length, int crc) {
        ByteSource source = new ByteSource(field, bytes, from, length);
        if (Layout.crc(bytes, from, length) != crc) {
            throw new ChunkFormatException(field, "damaged: the CRC does not match");
        }
        return source;
    }
}
