package dev.sinal.chunk;

import static dev.sinal.chunk.Layout.*;

/**
 * A smaller chunk of the same samples with only some of the channels, made from the bytes of those channels alone: nothing is
 * decoded, and the other channels need not be read from where the chunk is kept.
 */
public final class ChunkSlice {
    private ChunkSlice() {}

    /**
     * A valid chunk of the wanted channels. Header and lengths are checked; the sections keep their own checksums, which are
     * checked when they are decoded.
     *
     * @param head the chunk's first {@link ChunkHeader#headLength()} bytes: its header and both sections of stamps
     * @param channels in the order they are to have; none gives the stamps alone
     * @param sections the bytes of these channels, in the same order, each of {@link ChunkHeader#channelLength(int)}
     * @throws IndexOutOfBoundsException when the chunk has no such channel
     * @throws ChunkFormatException for bytes of a wrong length, or when repeated channels would pass a limit
     */
    public static byte[] of(ChunkHeader header, byte[] head, int[] channels, byte[][] sections) {
        if (head.length != header.headLength()) {
            throw new ChunkFormatException("length", head.length + " bytes of a head of " + header.headLength());
        }
        if (sections.length != channels.length) {
            throw new IllegalArgumentException(sections.length + " sections of " + channels.length + " channels");
        }
        for (int i = 0; i < channels.length; i++) {
            if (sections[i].length != header.channelLength(channels[i])) {
                throw new ChunkFormatException(
                        "channel",
                        sections[i].length + " bytes of channel " + channels[i] + ", which has "
                                + header.channelLength(channels[i]));
            }
        }
        byte[] slice = withHead(header, head, channels);
        int at = sectionsStart(header, channels);
        for (byte[] section : sections) {
            System.arraycopy(section, 0, slice, at, section.length);
            at += section.length;
        }
        return slice;
    }

    /** The same from a whole chunk. */
    public static byte[] of(byte[] chunk, int[] channels) {
        ChunkHeader header = ChunkHeader.read(chunk);
        ChunkDecoder.checkLength(header, chunk);
        byte[] slice = withHead(header, chunk, channels);
        int at = sectionsStart(header, channels);
        for (int c : channels) {
            System.arraycopy(chunk, header.channelOffset(c), slice, at, header.channelLength(c));
            at += header.channelLength(c);
        }
        return slice;
    }

    private static int sectionsStart(ChunkHeader header, int[] channels) {
        return Layout.headerLength(header.streamId().length(), channels.length)
                + header.headLength()
                - header.headerLength();
    }

    /** Header and stamps are in place, and there is room for the sections behind them. */
    private static byte[] withHead(ChunkHeader header, byte[] head, int[] channels) {
        ChunkHeader.checkCounts(header.count(), channels.length);
        int table = AT_STREAM_ID + header.streamId().length();
        int headerLength = Layout.headerLength(header.streamId().length(), channels.length);
        long length = sectionsStart(header, channels);
        for (int c : channels) {
            length += header.channelLength(c);
        }
        ChunkLimits.check("length", length, ChunkLimits.LENGTH);
        byte[] slice = new byte[(int) length];
        // from the header that was checked, so that a head changed since cannot make its way into a sealed one
        header.copyFixed(slice);
        LittleEndian.putInt(slice, AT_LENGTH, slice.length);
        LittleEndian.putInt(slice, AT_HEADER_LENGTH, headerLength);
        LittleEndian.putU16(slice, AT_CHANNELS, channels.length);
        for (int i = 0; i < channels.length; i++) {
            header.copyEntry(channels[i], slice, table + i * CHANNEL_ENTRY);
        }
        System.arraycopy(head, header.headerLength(), slice, headerLength, header.headLength() - header.headerLength());
        Layout.sealHeader(slice, headerLength);
        return slice;
    }
}
