package dev.sinal.store.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chunks that wait, one ordered queue per stream, with one bound on all of them. Streams take turns. Not thread-safe: one event loop owns
 * it.
 */
public final class WriteQueue {
    private static final Comparator<QueuedChunk> BY_NUMBER = Comparator.comparingLong(
                    (QueuedChunk chunk) -> chunk.envelope().epoch())
            .thenComparingLong(QueuedChunk::first)
            .thenComparing(Comparator.comparingLong(QueuedChunk::last).reversed())
            .thenComparing(QueuedChunk::refused);

    private final int maxChunks;
    private final long maxBytes;
    private final Map<String, List<QueuedChunk>> streams = new LinkedHashMap<>();
    private int chunks;
    private long bytes;

    /** @param maxBytes of all waiting chunks */
    public WriteQueue(int maxChunks, long maxBytes) {
        this.maxChunks = maxChunks;
        this.maxBytes = maxBytes;
    }

    /** @return false when the queue is full; a single chunk larger than the bound fits into an empty queue */
    public boolean offer(QueuedChunk chunk) {
        if (chunks >= maxChunks || (chunks > 0 && bytes + chunk.bytes() > maxBytes)) {
            return false;
        }
        putBack(chunk);
        return true;
    }

    /** Adds a chunk that was taken before: always possible. */
    public void putBack(QueuedChunk chunk) {
        streams.computeIfAbsent(chunk.streamId(), id -> new ArrayList<>()).add(chunk);
        chunks++;
        bytes += chunk.bytes();
    }

    public boolean isEmpty() {
        return chunks == 0;
    }

    public int chunks() {
        return chunks;
    }

    public long bytes() {
        return bytes;
    }

    /**
     * Takes at most one run per epoch: its lowest chunk and all that follow without a hole. What is behind a hole stays for the next turn.
     *
     * @param most bytes to take; at least one chunk is taken
     */
    public List<Run> take(long most) {
        List<Run> runs = new ArrayList<>();
        List<String> served = new ArrayList<>();
        long budget = most;
        Iterator<Map.Entry<String, List<QueuedChunk>>> turn = streams.entrySet().iterator();
        while (turn.hasNext() && budget > 0) {
            Map.Entry<String, List<QueuedChunk>> stream = turn.next();
            budget = takeStream(stream.getValue(), budget, runs);
            if (stream.getValue().isEmpty()) {
                turn.remove();
            } else {
                served.add(stream.getKey());
            }
        }
        for (String id : served) {
            List<QueuedChunk> rest = streams.remove(id);
            if (rest != null) {
                streams.put(id, rest);
            }
        }
        return runs;
    }

    private long takeStream(List<QueuedChunk> waiting, long most, List<Run> runs) {
        waiting.sort(BY_NUMBER);
        long budget = most;
        Set<Long> epochsTaken = new HashSet<>();
        List<QueuedChunk> left = new ArrayList<>();
        int i = 0;
        while (i < waiting.size()) {
            long epoch = waiting.get(i).envelope().epoch();
            int end = i;
            while (end < waiting.size() && waiting.get(end).envelope().epoch() == epoch) {
                end++;
            }
            if (budget > 0 && epochsTaken.add(epoch)) {
                budget = takeRun(waiting.subList(i, end), budget, runs, left);
            } else {
                left.addAll(waiting.subList(i, end));
            }
            i = end;
        }
        waiting.clear();
        waiting.addAll(left);
        return budget;
    }

    private long takeRun(List<QueuedChunk> epoch, long most, List<Run> runs, List<QueuedChunk> left) {
        long budget = most;
        List<QueuedChunk> taken = new ArrayList<>();
        List<QueuedChunk> repeats = new ArrayList<>();
        long fence = epoch.get(0).envelope().fence();
        long last = 0;
        for (QueuedChunk chunk : epoch) {
            boolean sameFence = chunk.envelope().fence() == fence;
            boolean next = taken.isEmpty() || (chunk.first() == last + 1 && budget > 0);
            if (sameFence && !taken.isEmpty() && chunk.last() <= last) {
                repeats.add(chunk);
            } else if (sameFence && next) {
                taken.add(chunk);
                last = chunk.last();
                budget -= chunk.bytes();
            } else {
                left.add(chunk);
                continue;
            }
            chunks--;
            bytes -= chunk.bytes();
        }
        runs.add(new Run(taken, repeats));
        return budget;
    }
}
