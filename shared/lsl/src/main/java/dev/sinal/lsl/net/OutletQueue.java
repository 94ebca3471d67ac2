package dev.sinal.lsl.net;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer has yet to be sent: ranges of shared segments. Full: the oldest samples go, counted. The first sample of a
 * connection and the first after a loss always carry their stamp, so that the receiver never dates samples from nothing. Safe from any
 * thread.
 */
final class OutletQueue {
    private final int maxSamples;
    private final long maxBytes;
    private final Deque<Range> ranges = new ArrayDeque<>();
    private int samples;
    private long bytes;
    private long dropped;
    private boolean stampNext = true;
    private boolean taking;
    private boolean closed;

    /** Samples of a segment that are still to be sent; holds a reference. The last range stays when it is empty: it may grow. */
    private static final class Range {
        final SampleSegment segment;
        int next;
        int end;

        Range(SampleSegment segment, int next, int end) {
            this.segment = segment;
            this.next = next;
            this.end = end;
        }
    }

    OutletQueue(int maxSamples, long maxBytes) {
        this.maxSamples = maxSamples;
        this.maxBytes = maxBytes;
    }

    /** True if somebody must start to {@link #take}, until that gives null. */
    synchronized boolean offer(SampleSegment segment, int from, int to) {
        if (closed) {
            return false;
        }
        Range last = ranges.peekLast();
        if (last != null && last.segment == segment && last.end == from) {
            last.end = to;
        } else {
            if (last != null && last.next == last.end) {
                ranges.removeLast().segment.release();
            }
            segment.retain();
            ranges.addLast(new Range(segment, from, to));
        }
        samples += to - from;
        bytes += segment.bytes(from, to);
        while (samples > maxSamples || (bytes > maxBytes && samples > 1)) {
            dropOldest();
        }
        boolean start = !taking;
        taking = true;
        return start;
    }

    private void dropOldest() {
        Range oldest = ranges.getFirst();
        dropped++;
        stampNext = true;
        gone(oldest, oldest.next + 1);
    }

    /** The next bytes to write, at most as many as asked for or one sample; null if there is nothing, which ends the taking. */
    synchronized @Nullable ByteBuf take(int most) {
        if (samples == 0) {
            taking = false;
            return null;
        }
        Range oldest = ranges.getFirst();
        int from = oldest.next;
        ByteBuf out;
        if (stampNext && !oldest.segment.isStamped(from)) {
            out = oldest.segment.stamped(from);
            gone(oldest, from + 1);
        } else {
            int to = oldest.segment.fitting(from, oldest.end, most);
            out = oldest.segment.slice(from, to);
            gone(oldest, to);
        }
        stampNext = false;
        return out;
    }

    private void gone(Range oldest, int to) {
        samples -= to - oldest.next;
        bytes -= oldest.segment.bytes(oldest.next, to);
        oldest.next = to;
        if (to == oldest.end && ranges.size() > 1) {
            ranges.removeFirst().segment.release();
        }
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized int samples() {
        return samples;
    }

    /** Gives everything up; what is offered later is ignored. */
    synchronized void close() {
        closed = true;
        ranges.forEach(range -> range.segment.release());
        ranges.clear();
        samples = 0;
        bytes = 0;
    }
}
