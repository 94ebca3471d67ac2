package dev.sinal.lsl.net;

import dev.sinal.lsl.protocol.SampleEncoder;
import dev.sinal.lsl.protocol.WireWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A stretch of encoded samples outside the heap, written once and sent to all consumers as it is. Whoever holds a part of it holds a
 * reference. One thread appends while others read what they were told of; a lock between the two is theirs to have.
 */
final class SampleSegment {
    /** Keeps the index small where samples are tiny. */
    static final int MOST_SAMPLES = 4096;

    private final WireWriter writer;
    private final ByteBuf bytes;
    private final ByteBuffer out;
    private final int[] offsets;
    private final double[] stamps;
    private int count;

    /** With one reference, the maker's. */
    SampleSegment(int capacity, ByteOrder order, WireWriter writer) {
        this.writer = writer;
        bytes = PooledByteBufAllocator.DEFAULT.directBuffer(capacity, capacity);
        out = bytes.nioBuffer(0, capacity).order(order);
        int most = (int) Math.max(1, Math.min(MOST_SAMPLES, capacity / writer.leastSize()));
        offsets = new int[most + 1];
        stamps = new double[most];
    }

    /** False if the sample does not fit any more. */
    boolean append(Object values, int row, double stamp, boolean deduced) {
        if (count == stamps.length || out.remaining() < writer.size(values, row)) {
            return false;
        }
        writer.write(out, values, row, stamp, deduced);
        stamps[count++] = stamp;
        offsets[count] = out.position();
        return true;
    }

    /** Samples so far. */
    int size() {
        return count;
    }

    int capacity() {
        return out.capacity();
    }

    int bytes(int from, int to) {
        return offsets[to] - offsets[from];
    }

    boolean isStamped(int i) {
        return bytes.getByte(offsets[i] + writer.tagBytes() - 1) != SampleEncoder.DEDUCED;
    }

    /** The end of the longest run from there that is no longer than that, but at least one sample. */
    int fitting(int from, int end, int length) {
        if (bytes(from, end) <= length) {
            return end;
        }
        int to = from + 1;
        while (to < end && bytes(from, to + 1) <= length) {
            to++;
        }
        return to;
    }

    /** These samples as they are, with a reference of their own. */
    ByteBuf slice(int from, int to) {
        return bytes.retainedSlice(offsets[from], offsets[to] - offsets[from]);
    }

    /** A sample that was written without its stamp, now with it. */
    ByteBuf stamped(int i) {
        int start = offsets[i] + writer.tagBytes();
        int length = offsets[i + 1] - start;
        ByteBuffer stamped = ByteBuffer.allocate(WireWriter.MOST_STAMPED).order(out.order());
        writer.writeStamped(stamped, stamps[i]);
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(stamped.position() + length)
                .writeBytes(stamped.flip())
                .writeBytes(bytes, start, length);
    }

    void retain() {
        bytes.retain();
    }

    void release() {
        bytes.release();
    }

    /** Whether nobody but the maker holds any of it. */
    boolean isFree() {
        return bytes.refCnt() == 1;
    }

    /** Begins anew; only while it {@link #isFree}. */
    void reset() {
        out.clear();
        count = 0;
    }
}
