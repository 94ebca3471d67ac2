package dev.sinal.store.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest stored chunks of one stream, and the state of the database that they are of. Immutable.
 *
 * @param version of the stream when it was looked at
 * @param from every chunk that ends at or after this is held, UTC ns; the beginning when all of the stream is
 * @param chunks newest first
 * @param rows most rows that somebody asked for: more than that need not be held
 */
public record RecentChunks(Version version, long from, List<Chunk> chunks, int rows) {
    private static final int SPARE_ROWS = 1_000;
    private static final Comparator<Chunk> NEWEST_FIRST = Comparator.comparingLong(Chunk::ts)
            .thenComparingLong(Chunk::epoch)
            .thenComparingLong(Chunk::firstSeq)
            .reversed();

    public RecentChunks {
        chunks = chunks.stream().sorted(NEWEST_FIRST).toList();
    }

    /**
     * What of a stream changes with every commit to it.
     *
     * @param epochs how many it has
     * @param committed sum of their watermarks
     * @param cuts how often samples were taken away
     * @param horizon every transaction below this was over, and its rows were seen
     */
    public record Version(long epochs, long committed, long cuts, String horizon) {
        public boolean same(Version other) {
            return epochs == other.epochs && committed == other.committed && cuts == other.cuts;
        }

        /** Whether samples may only have come since. */
        public boolean grewTo(Version later) {
            return cuts == later.cuts && epochs <= later.epochs && committed <= later.committed;
        }
    }

    /** A row. @param ts smallest stamp, UTC ns @param te largest stamp, UTC ns @param n samples */
    public record Chunk(long tx, long id, long ts, long te, long epoch, long firstSeq, int n, byte[] bytes) {
        private long lastSeq() {
            return firstSeq + n - 1;
        }

        private boolean overlaps(Chunk other) {
            return epoch == other.epoch && firstSeq <= other.lastSeq() && other.firstSeq <= lastSeq();
        }
    }

    public long bytes() {
        return chunks.stream().mapToLong(chunk -> chunk.bytes().length).sum();
    }

    /** What a reader of the last rows needs. @param from smallest stamp that it has to look at, UTC ns */
    public record Last(long from, List<Chunk> chunks) {}

    /**
     * The chunks of at least the last n rows, in the fewest chunks.
     *
     * @return null when more is needed than is held
     */
    public @Nullable Last last(int n) {
        long newer = 0;
        long least = Long.MAX_VALUE;
        for (Chunk chunk : chunks) {
            if (newer >= n) {
                break;
            }
            if (chunk.ts() < from) {
                return null;
            }
            least = chunk.ts();
            newer += chunk.n();
        }
        if (newer < n && from > Long.MIN_VALUE) {
            return null;
        }
        long begin = least;
        return new Last(
                begin, chunks.stream().filter(chunk -> chunk.te() >= begin).toList());
    }

    /**
     * With what was stored since.
     *
     * @param found may hold some that are known
     * @param asked rows that somebody asks for now
     * @param mostBytes what does not fit is let go, oldest first
     * @return null when it cannot be told what is new
     */
    public @Nullable RecentChunks with(Version later, Collection<Chunk> found, int asked, long mostBytes) {
        Map<Long, Chunk> known = new HashMap<>();
        chunks.forEach(chunk -> known.put(chunk.id(), chunk));
        List<Chunk> all = new ArrayList<>(chunks);
        for (Chunk chunk : found) {
            if (chunk.te() < from || known.containsKey(chunk.id())) {
                continue;
            }
            // Packed meanwhile, with some that are held.
            if (chunks.stream().anyMatch(chunk::overlaps)) {
                return null;
            }
            all.add(chunk);
        }
        return new RecentChunks(later, from, all, Math.max(rows, asked)).trimmed(mostBytes);
    }

    /** Not more than a reader needs, nor than fits. */
    private RecentChunks trimmed(long mostBytes) {
        long bytes = 0;
        long held = 0;
        for (int i = 0; i < chunks.size(); i++) {
            bytes += chunks.get(i).bytes().length;
            boolean enough = held > 2L * rows + SPARE_ROWS;
            held += chunks.get(i).n();
            if ((bytes > mostBytes || enough) && i > 0) {
                long begin = chunks.get(i - 1).ts();
                return new RecentChunks(
                        version,
                        begin,
                        chunks.stream().filter(chunk -> chunk.te() >= begin).toList(),
                        rows);
            }
        }
        return this;
    }
}
