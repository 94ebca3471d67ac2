package dev.sinal.lsl.net;

import dev.sinal.lsl.protocol.SampleEncoder;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer has yet to be sent. Full: the oldest samples go, counted. The first sample of a connection and the first after a
 * loss always carry their stamp, so that the receiver never dates samples from nothing. Safe from any thread.
 */
final class OutletQueue {
    private final int maxSamples;
    private final long maxBytes;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private int samples;
    private long bytes;
    private long dropped;
    private boolean stampNext = true;
    private boolean pumping;

    /** A packet and how much of it is gone. */
    private static final class Entry {
        final SamplePacket packet;
        int next;

        Entry(SamplePacket packet) {
            this.packet = packet;
        }
    }

    OutletQueue(int maxSamples, long maxBytes) {
        this.maxSamples = maxSamples;
        this.maxBytes = maxBytes;
    }

    /** True if somebody must start to {@link #take}, until that gives null. */
    synchronized boolean offer(SamplePacket packet) {
        entries.add(new Entry(packet));
        samples += packet.size();
        bytes += packet.bytes();
        while (samples > maxSamples || (bytes > maxBytes && samples > 1)) {
            dropOldest();
        }
        boolean start = !pumping;
        pumping = true;
        return start;
    }

    private void dropOldest() {
        Entry oldest = entries.getFirst();
        bytes -= oldest.packet.bytes(oldest.next, oldest.next + 1);
        oldest.next++;
        samples--;
        dropped++;
        stampNext = true;
        if (oldest.next == oldest.packet.size()) {
            entries.removeFirst();
        }
    }

    /** The next bytes to write, about as many as asked for; null if there is nothing, which ends the taking. */
    synchronized @Nullable Buffer take(int aim) {
        if (samples == 0) {
            pumping = false;
            return null;
        }
        Buffer out = Buffer.buffer(Math.min(aim, (int) Math.min(bytes + 16, Integer.MAX_VALUE)));
        while (samples > 0 && out.length() < aim) {
            Entry oldest = entries.getFirst();
            int from = oldest.next;
            if (stampNext) {
                stampNext = false;
                out.appendByte(SampleEncoder.TRANSMITTED).appendDoubleLE(oldest.packet.stamp(from));
                oldest.packet.appendValues(from, out);
                taken(oldest, from + 1);
            } else {
                int to = oldest.packet.fitting(from, aim - out.length());
                oldest.packet.append(from, to, out);
                taken(oldest, to);
            }
        }
        return out;
    }

    private void taken(Entry oldest, int to) {
        samples -= to - oldest.next;
        bytes -= oldest.packet.bytes(oldest.next, to);
        oldest.next = to;
        if (to == oldest.packet.size()) {
            entries.removeFirst();
        }
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized int samples() {
        return samples;
    }
}
