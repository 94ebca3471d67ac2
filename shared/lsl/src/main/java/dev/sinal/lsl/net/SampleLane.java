package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.WireWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One way of writing an outlet's samples, shared by all consumers that read it so: every sample is encoded once, straight into memory
 * that goes to the sockets. A few segments take turns, so that nothing is allocated while consumers keep up. Not safe for several
 * threads.
 */
final class SampleLane {
    private static final int LEAST_BYTES = 4 * 1024;
    private static final int MOST_BYTES = 128 * 1024;
    private static final int PUSHES = 16;
    private static final int SPARE = 6;

    private final WireForm form;
    private final WireWriter writer;
    private final Deque<SampleSegment> spare = new ArrayDeque<>(SPARE + 1);
    private @Nullable SampleSegment current;

    /** Who is told where new samples are; valid during the call unless it takes a reference. */
    interface Reader {
        void appended(SampleSegment segment, int from, int to);
    }

    SampleLane(StreamInfo info, WireForm form) {
        this.form = form;
        this.writer = form.writer(info);
    }

    /**
     * Encodes consecutive samples.
     *
     * @param transmitted how many of the first carry their stamp on the wire
     */
    void append(Object values, int samples, double[] stamps, int transmitted, Reader reader) {
        int done = 0;
        SampleSegment segment = current;
        while (done < samples) {
            int from = segment == null ? 0 : segment.size();
            int before = done;
            while (segment != null
                    && done < samples
                    && segment.append(values, done, stamps[done], done >= transmitted)) {
                done++;
            }
            if (segment != null && done > before) {
                reader.appended(segment, from, segment.size());
            }
            if (done < samples) {
                segment = next(writer.size(values, done), samples - done);
            }
        }
    }

    private SampleSegment next(long sample, int left) {
        retire();
        long wanted = Math.min(sample * left * PUSHES, sample * SampleSegment.MOST_SAMPLES);
        int capacity = (int) Math.max(sample, Math.min(MOST_BYTES, Math.max(LEAST_BYTES, wanted)));
        SampleSegment segment = reused(capacity);
        if (segment == null) {
            segment = new SampleSegment(capacity, form.order(), writer);
        }
        current = segment;
        return segment;
    }

    private @Nullable SampleSegment reused(int capacity) {
        for (Iterator<SampleSegment> each = spare.descendingIterator(); each.hasNext(); ) {
            SampleSegment old = each.next();
            if (old.capacity() >= capacity && old.isFree()) {
                each.remove();
                old.reset();
                return old;
            }
        }
        return null;
    }

    private void retire() {
        SampleSegment old = current;
        current = null;
        if (old != null && old.capacity() > MOST_BYTES) {
            old.release();
        } else if (old != null) {
            spare.addLast(old);
            if (spare.size() > SPARE) {
                spare.removeFirst().release();
            }
        }
    }

    /** Gives all memory back that no consumer holds. */
    void clear() {
        retire();
        spare.forEach(SampleSegment::release);
        spare.clear();
    }
}
