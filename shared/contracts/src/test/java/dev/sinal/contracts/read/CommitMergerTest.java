package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in the order of commit, whether their chunks are short or have been packed. */
class CommitMergerTest {
    private static final List<String> STREAMS = List.of("stream-a", "stream-b");
    private static final List<ReadOpened.EpochDescriptor> DESCRIBED = STREAMS.stream()
            .map(id -> new ReadOpened.EpochDescriptor(
                    1,
                    new StreamDescriptor(
                            id,
                            "agent",
                            id,
                            id,
                            "EEG",
                            "src",
                            "host",
                            "uid",
                            "session",
                            "double64",
                            100,
                            null,
                            List.of(ChannelDescriptor.plain("x")))))
            .toList();

    /** A stored chunk of one epoch, short or packed. */
    private record Stored(String stream, long epoch, long firstSeq, List<Commits.Run> runs) {
        long tx() {
            return runs.get(0).tx();
        }

        long lastTx() {
            return runs.get(runs.size() - 1).tx();
        }

        long lastSeq() {
            return runs.get(runs.size() - 1).lastSeq();
        }

        CommitKey first() {
            return new CommitKey(tx(), stream, epoch, firstSeq);
        }

        CommitKey last() {
            return new CommitKey(lastTx(), stream, epoch, lastSeq());
        }

        ReadFrame.Entry entry() {
            Commits.Builder commits = new Commits.Builder();
            runs.forEach(run -> commits.add(run.n(), run.tx()));
            int n = (int) (lastSeq() - firstSeq + 1);
            long[] times = new long[n];
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                // Not in the order of time: that plays no part here.
                times[i] = 1_000 + (firstSeq + i) * 7 % 40;
                values[i] = firstSeq + i;
            }
            byte[] chunk = ChunkEncoder.encode(
                    new SampleBlock(
                            stream, epoch, firstSeq, TimeBasis.LSL, times, null, List.of(new DoubleColumn(values))),
                    Codecs.RAW);
            return new ReadFrame.Entry(tx(), epoch * 1_000 + firstSeq, chunk, commits.toBytes());
        }
    }

    /** What a store has: short chunks, of which it packs some. */
    private static final class Store {
        private final List<Stored> chunks = new ArrayList<>();

        /** Some streams and epochs at a time, several of them in one transaction, some after a break. */
        static Store random(Random random) {
            Store store = new Store();
            Map<String, Long> next = new HashMap<>();
            for (long tx = 10; tx < 50; tx += 1 + random.nextInt(3)) {
                for (String stream : STREAMS) {
                    for (long epoch = 1; epoch <= 3; epoch++) {
                        for (int i = random.nextInt(3); i > 0; i--) {
                            long first = next.getOrDefault(stream + epoch, 1L);
                            int n = 1 + random.nextInt(4);
                            store.chunks.add(new Stored(stream, epoch, first, List.of(new Commits.Run(first, n, tx))));
                            next.put(stream + epoch, first + n);
                        }
                    }
                }
            }
            return store;
        }

        /** Joins a few neighbours of an epoch. */
        void pack(Random random) {
            Stored seed = chunks.get(random.nextInt(chunks.size()));
            List<Stored> own = chunks.stream()
                    .filter(c -> c.stream().equals(seed.stream()) && c.epoch() == seed.epoch())
                    .sorted(Comparator.comparingLong(Stored::firstSeq))
                    .toList();
            int from = own.indexOf(seed);
            List<Stored> joined = own.subList(from, Math.min(own.size(), from + 1 + random.nextInt(8)));
            chunks.removeAll(joined);
            chunks.add(new Stored(
                    seed.stream(),
                    seed.epoch(),
                    seed.firstSeq(),
                    joined.stream().flatMap(c -> c.runs().stream()).toList()));
        }

        /** As the store answers: what straddles the place first, then the others, each in the order of their first rows. */
        List<ReadFrame.Entry> read(@Nullable CommitKey after) {
            long tx = after == null ? 0 : after.tx();
            Comparator<Stored> order = Comparator.comparing(Stored::first);
            List<Stored> behind = chunks.stream()
                    .filter(c -> after == null || c.last().compareTo(after) > 0)
                    .toList();
            List<Stored> answer = new ArrayList<>(
                    behind.stream().filter(c -> c.tx() < tx).sorted(order).toList());
            behind.stream().filter(c -> c.tx() >= tx).sorted(order).forEach(answer::add);
            return answer.stream().map(Stored::entry).toList();
        }

        List<CommitKey> rows() {
            List<CommitKey> rows = new ArrayList<>();
            for (Stored chunk : chunks) {
                for (Commits.Run run : chunk.runs()) {
                    for (long seq = run.firstSeq(); seq <= run.lastSeq(); seq++) {
                        rows.add(new CommitKey(run.tx(), chunk.stream(), chunk.epoch(), seq));
                    }
                }
            }
            rows.sort(Comparator.naturalOrder());
            return rows;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everyRowOnceInOneOrderWhereverACursorIsTakenAndWhateverIsPackedMeanwhile(long seed) {
        Random random = new Random(seed);
        Store store = Store.random(random);
        List<CommitKey> rows = store.rows();
        assertThat(read(store, null, random, null)).isEqualTo(rows);

        for (int i = 0; i < rows.size(); i++) {
            if (random.nextInt(3) == 0) {
                store.pack(random);
            }
            assertThat(read(store, rows.get(i), random, null))
                    .as("behind %s", rows.get(i))
                    .isEqualTo(rows.subList(i + 1, rows.size()));
        }
    }

    @Test
    void pagesThatFollowEachOtherGiveEveryRowOnceWhilePackingGoesOn() {
        Random random = new Random(77);
        for (int round = 0; round < 40; round++) {
            Store store = Store.random(random);
            List<CommitKey> rows = store.rows();
            List<CommitKey> read = new ArrayList<>();
            CommitKey place = null;
            while (read.size() < rows.size()) {
                List<CommitKey> rest = read(store, place, random, null);
                List<CommitKey> page = rest.subList(0, Math.min(rest.size(), 1 + random.nextInt(9)));
                read.addAll(page);
                place = page.get(page.size() - 1);
                store.pack(random);
            }
            assertThat(read).isEqualTo(rows);
        }
    }

    @Test
    void rowsOfTransactionsThatOthersMayYetPrecedeWait() {
        Random random = new Random(5);
        Store store = Store.random(random);
        for (int i = 0; i < 20; i++) {
            store.pack(random);
        }
        List<CommitKey> rows = store.rows();

        assertThat(read(store, null, random, 30L))
                .isEqualTo(rows.stream().filter(row -> row.tx() < 30).toList());
    }

    @Test
    void whatIsHeldIsOneLongChunkAnEpochAndShortOnes() {
        Random random = new Random(6);
        Store store = Store.random(random);
        for (int i = 0; i < 200; i++) {
            store.pack(random);
        }
        CommitMerger merger = merger(null, null);
        int most = 0;
        for (ReadFrame.Entry entry : store.read(null)) {
            merger.add(entry);
            while (merger.advance()) {
                most = Math.max(most, merger.held());
            }
        }

        assertThat(most).isBetween(1, 2 * 3 + 2);
    }

    private static List<CommitKey> read(
            Store store, @Nullable CommitKey after, Random random, @Nullable Long commitsBefore) {
        CommitMerger merger = merger(after, commitsBefore);
        List<CommitKey> rows = new ArrayList<>();
        for (ReadFrame.Entry entry : store.read(after)) {
            merger.add(entry);
            if (random.nextBoolean()) {
                take(merger, rows);
            }
        }
        merger.end();
        take(merger, rows);
        return rows;
    }

    private static CommitMerger merger(@Nullable CommitKey after, @Nullable Long commitsBefore) {
        ReadQuery query = new ReadQuery("agent", List.of(), null, null, ReadQuery.COMMITTED, null, after, 0, 0);
        ReadOpened opened = new ReadOpened(null, "", DESCRIBED, List.of(), List.of(), commitsBefore, null);
        return CommitMerger.of(query, opened, ColumnChoice.ALL);
    }

    private static void take(CommitMerger merger, List<CommitKey> rows) {
        while (merger.advance()) {
            Row row = merger.row();
            assertThat(row.value(0)).isEqualTo(row.seq());
            rows.add(new CommitKey(merger.tx(), row.key().stream(), row.epoch(), row.seq()));
        }
    }
}
