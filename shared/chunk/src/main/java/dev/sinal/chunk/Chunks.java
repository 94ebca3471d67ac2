package dev.sinal.chunk;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What can be done to encoded chunks without decoding their values. */
public final class Chunks {
    private Chunks() {}

    /**
     * The same samples numbered anew, as the store does for samples that came without numbers. Checks the header
     * only; the sections keep their own checksums. The input is not changed.
     */
    public static byte[] renumber(byte[] chunk, long epoch, long firstSeq) {
        ChunkHeader header = ChunkHeader.read(chunk);
        SampleBlock.checkNumbering(epoch, firstSeq, header.count());
        ChunkDecoder.checkLength(header, chunk);
        byte[] renumbered = chunk.clone();
        LittleEndian.putLong(renumbered, Layout.AT_EPOCH, epoch);
        LittleEndian.putLong(renumbered, Layout.AT_FIRST_SEQ, firstSeq);
        Layout.sealHeader(renumbered, header.headerLength());
        return renumbered;
    }

    /** The same samples under another stream id. The input is not changed. */
    public static byte[] withStream(byte[] chunk, String streamId) {
        ChunkHeader header = ChunkHeader.read(chunk);
        SampleBlock.checkStreamId(streamId);
        ChunkDecoder.checkLength(header, chunk);
        int oldTable = Layout.AT_STREAM_ID + header.streamId().length();
        int newTable = Layout.AT_STREAM_ID + streamId.length();
        ChunkLimits.check("length", (long) chunk.length - oldTable + newTable, ChunkLimits.LENGTH);
        byte[] moved = new byte[chunk.length - oldTable + newTable];
        System.arraycopy(chunk, 0, moved, 0, Layout.AT_STREAM_ID);
        System.arraycopy(
                streamId.getBytes(StandardCharsets.US_ASCII), 0, moved, Layout.AT_STREAM_ID, streamId.length());
        System.arraycopy(chunk, oldTable, moved, newTable, chunk.length - oldTable);
        int headerLength = header.headerLength() - oldTable + newTable;
        moved[Layout.AT_STREAM_ID_LENGTH] = (byte) streamId.length();
        LittleEndian.putInt(moved, Layout.AT_LENGTH, moved.length);
        LittleEndian.putInt(moved, Layout.AT_HEADER_LENGTH, headerLength);
        Layout.sealHeader(moved, headerLength);
        return moved;
    }

    /** One frame of chunks: for each its length (u32, little endian) and its bytes. The chunks are not looked into. */
    public static byte[] join(List<byte[]> chunks) {
        long total = 0;
        for (byte[] chunk : chunks) {
            total += 4L + chunk.length;
            ChunkLimits.check("frame", total, ChunkLimits.FRAME);
        }
        ByteSink frame = new ByteSink((int) total);
        for (byte[] chunk : chunks) {
            frame.i32(chunk.length);
            frame.bytes(chunk, 0, chunk.length);
        }
        return frame.size() == frame.array().length ? frame.array() : frame.toBytes();
    }

    /** The chunks of a frame, in order, not yet verified. */
    public static List<byte[]> split(byte[] frame) {
        ChunkLimits.check("frame", frame.length, ChunkLimits.FRAME);
        List<byte[]> chunks = new ArrayList<>();
        ByteSource source = new ByteSource("frame", frame, 0, frame.length);
        while (source.remaining() > 0) {
            int length = source.i32();
            if (length < Layout.AT_STREAM_ID) {
                throw new ChunkFormatException("frame", "a chunk of " + length + " bytes", ChunkLimits.LENGTH);
            }
            int from = source.take(length);
            chunks.add(Arrays.copyOfRange(frame, from, from + length));
        }
        return chunks;
    }
}
