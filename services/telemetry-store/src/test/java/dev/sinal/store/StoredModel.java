package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.runtime.Proxies;
import dev.sinal.store.ReadRows.Sample;
import dev.sinal.store.domain.ChunkRow;
import java.time.Duration;
import java.util.ArrayList;
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
        assertThat(committed())
                .containsExactlyInAnyOrderElementsOf(samples.stream()
                        .map(s -> name(s.stream(), s.epoch(), s.seq()))
                        .toList());
        for (String stream : new TreeSet<>(next.keySet())) {
            List<Sample> here = ReadRows.of(stream, samples);
            plot(stream, here);
            ReadRows.checkRecent(store.get(), AGENT, List.of(stream), 50, here);
            LedgerRecord ledger = get(service().ledger(stream));
            long gone = expired.getOrDefault(stream, 0L);
            assertThat(ledger.expired()).isEqualTo(gone);
            assertThat(ledger.committed()).isEqualTo(here.size() + gone).isEqualTo(next.get(stream) - 1);
            assertThat(get(service().stream(stream)).samples()).isEqualTo(here.size());
        }
    }

    private void plot(String stream, List<Sample> here) {
        for (int points : new int[] {1_000, 20}) {
            ReadRows.checkPlot(
                    get(service().plot(new PlotQuery(AGENT, List.of(stream), List.of(), day(-1), day(20), points))),
                    here);
        }
    }

    /** Rows in the order of time. @param after null = from the beginning */
    List<RowKey> byTime(@Nullable RowKey after) {
        return ReadRows.byTime(store.get(), AGENT, List.of(), after);
    }

    private List<String> committed() {
        return ReadRows.committed(store.get(), AGENT, List.of(), null).stream()
                .map(key -> name(key.stream(), key.epoch(), key.seq()))
                .toList();
    }

    private static String name(String stream, long epoch, long seq) {
        return stream + epoch + "/" + seq;
    }
}
