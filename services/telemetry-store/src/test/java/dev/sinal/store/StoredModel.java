package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotAnswer.Point;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.CommitMerger;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import dev.sinal.runtime.Proxies;
import dev.sinal.store.domain.ChunkRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a store should hold of streams with one sample a second, day by day, compared with what its readers see. */
final class StoredModel {
    static final long SECOND = 1_000_000_000L;
    static final String AGENT = "agent";

    /** UTC day since 1970; all days of a test are over, whenever it runs. */
    static final long FIRST_DAY = Math.floorDiv(System.currentTimeMillis(), 86_400_000L) - 40;

    private final Supplier<StoreUnderTest> store;
    private final Map<String, Long> next = new HashMap<>();
    private final Map<String, Long> expired = new HashMap<>();
    private final List<Sample> samples = new ArrayList<>();

    StoredModel(Supplier<StoreUnderTest> store) {
        this.store = store;
    }

    record Sample(String stream, long epoch, long seq, long timestamp) {
        RowKey key() {
            return new RowKey(timestamp, stream, epoch, seq);
        }
    }

    /** Where a day begins, UTC ns. @param day from 0 */
    static long day(int day) {
        return (FIRST_DAY + day) * ChunkRow.DAY_NS;
    }

    static StreamDescriptor stream(String id) {
        return Samples.stream(AGENT, id, "a");
    }

    TelemetryStore service() {
        return Proxies.of(store.get().vertx(), TelemetryStore.class, Addresses.STORE, Duration.ofSeconds(30));
    }

    /** Samples of ten o'clock of a day. */
    void send(String stream, int day, int n) {
        long first = next.getOrDefault(stream, 1L);
        next.put(stream, first + n);
        long start = day(day) + 36_000 * SECOND;
        byte[] chunk = Samples.chunk(stream, 1, first, first + n - 1, start - (first - 1) * SECOND, SECOND);
        assertThat(get(store.get().send(Samples.envelope(stream(stream), 1, 1), chunk))
                        .status())
                .isEqualTo(StoreAnswer.ACKED);
        for (int i = 0; i < n; i++) {
            samples.add(new Sample(stream, 1, first + i, start + i * SECOND));
        }
    }

    void expired(int day) {
        samples.removeIf(sample -> {
            boolean gone = Math.floorDiv(sample.timestamp(), ChunkRow.DAY_NS) == FIRST_DAY + day;
            if (gone) {
                expired.merge(sample.stream(), 1L, Long::sum);
            }
            return gone;
        });
    }

    List<RowKey> keys() {
        return samples.stream().map(Sample::key).sorted().toList();
    }

    void check() {
        assertThat(byTime(null)).isEqualTo(keys());
        assertThat(committed()).containsExactlyInAnyOrderElementsOf(keys());
        for (String stream : new TreeSet<>(next.keySet())) {
            List<Sample> here =
                    samples.stream().filter(s -> s.stream().equals(stream)).toList();
            plot(stream, here);
            recent(stream, here);
            LedgerRecord ledger = get(service().ledger(stream));
            long gone = expired.getOrDefault(stream, 0L);
            assertThat(ledger.expired()).isEqualTo(gone);
            assertThat(ledger.committed()).isEqualTo(here.size() + gone).isEqualTo(next.get(stream) - 1);
            assertThat(get(service().stream(stream)).samples()).isEqualTo(here.size());
        }
    }

    private void plot(String stream, List<Sample> here) {
        for (int points : new int[] {1_000, 20}) {
            PlotAnswer answer =
                    get(service().plot(new PlotQuery(AGENT, List.of(stream), List.of(), day(-1), day(20), points)));
            List<Point> drawn = answer.series().isEmpty()
                    ? List.of()
                    : answer.series().get(0).points();
            assertThat(drawn.stream().mapToLong(Point::n).sum()).isEqualTo(here.size());
            long width = answer.series().isEmpty()
                    ? 0
                    : Math.round(answer.series().get(0).bucketS() * 1e9);
            for (Point point : drawn) {
                double[] values = here.stream()
                        .filter(s -> s.timestamp() >= point.timestamp() && s.timestamp() < point.timestamp() + width)
                        .mapToDouble(Sample::seq)
                        .toArray();
                assertThat(point.n()).isEqualTo(values.length);
                assertThat(point.min()).isEqualTo(Arrays.stream(values).min().orElseThrow());
                assertThat(point.max()).isEqualTo(Arrays.stream(values).max().orElseThrow());
            }
        }
    }

    private void recent(String stream, List<Sample> here) {
        ReadQuery query = new ReadQuery(AGENT, List.of(stream), null, null, ReadQuery.RECENT, null, null, 50, 0);
        List<RowKey> rows = new ArrayList<>();
        store.get().readAll(query).forEach(entry -> {
            SampleBlock block = ChunkDecoder.decode(entry.chunk());
            for (int i = 0; i < block.size(); i++) {
                rows.add(new RowKey(block.timestamps()[i], block.streamId(), block.epoch(), block.firstSeq() + i));
            }
        });
        List<RowKey> kept = here.stream().map(Sample::key).sorted().toList();
        assertThat(kept).containsAll(rows);
        assertThat(rows).containsAll(kept.subList(Math.max(0, kept.size() - 50), kept.size()));
    }

    /** Rows in the order of time. @param after null = from the beginning */
    List<RowKey> byTime(@Nullable RowKey after) {
        ReadQuery query = new ReadQuery(AGENT, List.of(), null, null, ReadQuery.TIME, after, null, 0, 0);
        RowReader reader = get(RowReader.open(new ReadClient(store.get().vertx()), query, ColumnChoice.ALL));
        List<RowKey> rows = new ArrayList<>();
        while (get(reader.fill())) {
            while (reader.advance()) {
                RowKey key = reader.row().key();
                assertThat(reader.row().value(0)).isEqualTo(key.seq());
                rows.add(key);
            }
        }
        reader.close();
        return rows;
    }

    private List<RowKey> committed() {
        ReadQuery query = new ReadQuery(AGENT, List.of(), null, null, ReadQuery.COMMITTED, null, null, 0, 0);
        ReadCursor cursor = get(new ReadClient(store.get().vertx()).open(query));
        CommitMerger merger = CommitMerger.of(query, cursor.opened(), ColumnChoice.ALL);
        List<RowKey> rows = new ArrayList<>();
        while (!cursor.ended()) {
            merger.addAll(get(cursor.next()));
            if (cursor.ended()) {
                merger.end();
            }
            while (merger.advance()) {
                rows.add(merger.row().key());
            }
        }
        cursor.close();
        return rows;
    }
}
