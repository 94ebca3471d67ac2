package dev.sinal.store.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes of external agents that wait for a commit to end. Those of one agent wait in one lane, in order of arrival, so that two commits of this store
 * never meet in a stream. Bounded in number and bytes over all lanes; a write that finds nobody waiting is always taken. Not thread-safe.
 *
 * @param <T> a write
 */
public final class WaitingWrites<T> {
    private final List<Deque<Entry<T>>> lanes = new ArrayList<>();
    private final int mostWrites;
    private final long mostBytes;
    private int writes;
    private long bytes;

    private record Entry<T>(T write, int bytes) {}

    /** @param mostWrites at least 1 */
    public WaitingWrites(int lanes, int mostWrites, long mostBytes) {
        for (int i = 0; i < lanes; i++) {
            this.lanes.add(new ArrayDeque<>());
        }
        this.mostWrites = mostWrites;
        this.mostBytes = mostBytes;
    }

    /** The lane of an agent. */
    public int lane(String agentId) {
        return Math.floorMod(agentId.hashCode(), lanes.size());
    }

    /** Keeps room for a write until it is added or given up. @return false when there is none */
    public boolean reserve(int size) {
        if (writes > 0 && (writes >= mostWrites || bytes + size > mostBytes)) {
            return false;
        }
        writes++;
        bytes += size;
        return true;
    }

    /** It will not come. */
    public void giveUp(int size) {
        writes--;
        bytes -= size;
    }

    /** @param size as reserved */
    public void add(int lane, T write, int size) {
        lanes.get(lane).add(new Entry<>(write, size));
    }

    /** The oldest of a lane, as many as fit into one transaction; at least one when any waits. */
    public List<T> take(int lane, int atMost, long atMostBytes) {
        Deque<Entry<T>> waiting = lanes.get(lane);
        List<T> taken = new ArrayList<>();
        long size = 0;
        @Nullable Entry<T> next = waiting.peek();
        while (next != null && taken.size() < atMost && (taken.isEmpty() || size + next.bytes() <= atMostBytes)) {
            waiting.remove();
            taken.add(next.write());
            size += next.bytes();
            next = waiting.peek();
        }
        writes -= taken.size();
        bytes -= size;
        return taken;
    }

    /** With those that are reserved. */
    public int writes() {
        return writes;
    }

    public long bytes() {
        return bytes;
    }
}
