package dev.sinal.lsl.net;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer has yet to be sent: ranges of shared segments. Samples are sent from a push that pushes through, or when as many as
 * a chunk have come together, or half a buffer. Full: the oldest samples go, counted. The first sample of a
 * connection and the first after a loss always carry their stamp, so that the receiver never dates samples from nothing. Safe from any
 * thread.
 */
final class OutletQueue {
    private final int maxSamples;
    private final long maxBytes;
    private final int chunk;
    private final Deque<Range> ranges = new ArrayDeque<>();
    private int samples;
    private int ready;
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

    /** @param chunk samples to wait for where nothing pushes through, 0 = half the buffer, which is also the most */
    OutletQueue(int maxSamples, long maxBytes, int chunk) {
        this.maxSamples = maxSamples;
        this.maxBytes = maxBytes;
        int half = Math.max(1, maxSamples / 2);
        this.chunk = chunk > 0 ? Math.min(chunk, half) : half;
    }

    /**
     * Takes up more samples.
     *
     * @param pushThrough whether they, and all before them, are to be sent now
     * @return true if somebody must start to {@link #take}, until that gives null
     */
    synchronized boolean offer(SampleSegment segment, int from, int to, boolean pushThrough) {
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
        int collected = samples - ready;
        if (pushThrough || bytes > maxBytes / 2) {
            ready = samples;
        } else if (collected >= chunk) {
            ready += collected - collected % chunk;
        }
        boolean start = !taking && ready > 0;
        taking |= start;
        return start;
    }

    /** What was collected is to be sent, chunk or not. */
    synchronized void flush() {
        ready = samples;
    }

    private void dropOldest() {
        Range oldest = ranges.getFirst();
        dropped++;
        stampNext = true;
        gone(oldest, oldest.next + 1);
    }

    /** The next bytes to write, at most as many as asked for or one sample; null if there is nothing, which ends the taking. */
    synchronized @Nullable ByteBuf take(int most) {
        if (ready == 0) {
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
            int to = oldest.segment.fitting(from, Math.min(oldest.end, from + ready), most);
            out = oldest.segment.slice(from, to);
            gone(oldest, to);
        }
        stampNext = false;
        return out;
    }

    private void gone(Range oldest, int to) {
        samples -= to - oldest.next;
        ready = Math.max(0, ready - (to - oldest.next));
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
        ready = 0;
        bytes = 0;
    }
}
