package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What readers see where two owners collected the same outlet. Samples are numbered by the outlet; clocks of the owners disagree. */
final class OverlapsIT {
    private static final double RATE_HZ = 250;
    /** Of one outlet's clock, s. */
    private static final double RAW_START = 5_000;

    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @Test
    void everySampleIsShownOnceAndTheLowerFenceWinsUpToItsLast() {
        collect(1, 10, 1, 1_000, 0, "outlet-1");
        collect(2, 11, 801, 2_000, 37, "outlet-1"); // the successor's clock is 37 ms ahead

        List<SampleAccount.Row> rows = rows(ReadQuery.range("agent", List.of(), null, null, null));

        assertThat(numbers(rows)).isEqualTo(range(1, 2_000));
        assertThat(rows).filteredOn(row -> row.index() <= 1_000).allMatch(row -> row.epoch() == 1);
        assertThat(rows).filteredOn(row -> row.index() > 1_000).allMatch(row -> row.epoch() == 2);
        assertThat(rows(ReadQuery.range("agent", List.of(), null, null, null).withOverlaps(true)))
                .hasSize(2_200);
    }

    @Test
    void blocksPlotLedgerAndEpochsSayTheSame() {
        collect(1, 10, 1, 1_000, 0, "outlet-1");
        collect(2, 11, 801, 2_000, 37, "outlet-1");

        ReadQuery all = ReadQuery.range("agent", List.of(), null, null, null);
        EpochClips clips = new EpochClips(get(store.open(all)).opened().clips());
        long inBlocks = store.readAll(all).stream()
                .flatMap(entry -> clips.visible(entry.chunk()).stream())
                .mapToLong(chunk -> ChunkDecoder.decode(chunk).size())
                .sum();
        assertThat(inBlocks).isEqualTo(2_000);

        assertThat(plotted(null)).isEqualTo(2_000);
        assertThat(plotted(ReadQuery.ALL)).isEqualTo(2_200);

        LedgerRecord ledger = get(store.service().ledger("s"));
        assertThat(ledger.committed()).isEqualTo(2_000);
        assertThat(ledger.superseded()).isEqualTo(200);

        List<EpochRecord> epochs = get(store.service().epochs("s"));
        assertThat(epochs.get(0).overlaps()).isEmpty();
        assertThat(epochs.get(1).overlaps()).containsExactly(new EpochRecord.Overlap(1, utc(1, 0), utc(1_000, 0)));
    }

    @Test
    void theLastRowsAreTheLastThatAreShown() {
        collect(1, 10, 1, 1_000, 0, "outlet-1");
        collect(2, 11, 201, 1_000, 0, "outlet-1");

        List<SampleAccount.Row> rows = rows(ReadQuery.recent("agent", List.of(), 300));

        assertThat(rows).hasSizeGreaterThanOrEqualTo(300);
        assertThat(numbers(rows)).hasSameSizeAs(rows).contains(701L, 1_000L);
    }

    @Test
    void epochsOfOneOwnerNeverHideEachOther() {
        collect(1, 10, 1, 100, 0, "outlet-1");
        collect(2, 10, 51, 150, 0, "outlet-1");

        assertThat(rows(ReadQuery.range("agent", List.of(), null, null, null))).hasSize(200);
    }

    @Test
    void anOwnerThatCameBackBetweenFillsOnlyWhatItHas() {
        collect(1, 10, 1, 500, 0, "outlet-1");
        collect(3, 10, 900, 1_200, 0, "outlet-1"); // disconnected, and back, still the same owner
        collect(2, 11, 400, 2_000, -20, "outlet-1");

        List<SampleAccount.Row> rows = rows(ReadQuery.range("agent", List.of(), null, null, null));

        assertThat(numbers(rows)).isEqualTo(range(1, 2_000));
        assertThat(rows).hasSize(2_000);
        assertThat(rows)
                .filteredOn(row -> row.epoch() == 2)
                .extracting(SampleAccount.Row::index)
                .contains(501L, 899L);
    }

    @Test
    void withoutComparableStampsUtcDecides() {
        collect(1, 10, 1, 500, 0, "outlet-1");
        collect(2, 11, 401, 900, 0, "outlet-2");

        List<SampleAccount.Row> rows = rows(ReadQuery.range("agent", List.of(), null, null, null));

        assertThat(numbers(rows)).isEqualTo(range(1, 900));
        assertThat(rows).hasSize(900);
    }

    @Test
    void pagesInTheOrderOfTimeGoOnFromAnyRow() {
        collect(1, 10, 1, 300, 0, "outlet-1");
        collect(2, 11, 201, 600, 1, "outlet-1");
        List<SampleAccount.Row> all = rows(ReadQuery.range("agent", List.of(), null, null, null));

        SampleAccount.Row middle = all.get(250);
        List<SampleAccount.Row> rest = rows(ReadQuery.range(
                "agent", List.of(), null, null, new RowKey(middle.timestamp(), "s", middle.epoch(), middle.seq())));

        assertThat(rest).isEqualTo(all.subList(251, all.size()));
    }

    @Test
    void whatASuccessorToldAsMissingIsNoGapOnceTheBacklogCame() {
        collect(1, 10, 1, 500, 0, "outlet-1");
        collect(2, 11, 1_001, 2_000, 3, "outlet-1");
        tell(2, 11, new GapRecord("s", null, null, 1, utc(500, 0), utc(1_001, 3), 500L, "collector_down", null));
        assertThat(gaps()).extracting(GapRecord::estimatedSamples).containsExactly(500L);

        more(1, 10, 501, 800, 0, "outlet-1");

        SampleAccount account = account();
        assertThat(account.faults()).isEmpty();
        assertThat(account.missing()).isEqualTo(200);
        assertThat(account.explained()).isEqualTo(200);
        assertThat(get(store.service().ledger("s")).gapSamples())
                .as("a share of an estimate")
                .isBetween(199L, 201L);

        more(1, 10, 801, 1_300, 0, "outlet-1");

        assertThat(gaps()).isEmpty();
        assertThat(account().faults()).isEmpty();
        LedgerRecord ledger = get(store.service().ledger("s"));
        assertThat(ledger.gaps()).isZero();
        assertThat(ledger.superseded()).isEqualTo(300);
        assertThat(ledger.unexplained()).isBetween(-2L, 2L);
    }

    /** Owners come and go with new fences, old ones deliver late, in stretches of any length and with clocks of their own. */
    @Test
    void randomOwnersAgainstTheNumbersThatAnybodyHas() {
        Random random = new Random(11);
        TreeSet<Long> anybody = new TreeSet<>();
        long epoch = 0;
        for (int owner = 0; owner < 8; owner++) {
            long skewMs = random.nextInt(400) - 200;
            long at = 1 + owner * 200L + random.nextInt(300) - 150;
            for (int stretch = 0; stretch < 3; stretch++) {
                long first = Math.max(1, at);
                long last = first + 20 + random.nextInt(300);
                collect(++epoch, 10 + owner, first, last, skewMs, "outlet-1");
                anybody.addAll(range(first, last));
                at = last + 1 + random.nextInt(60);
            }
        }

        List<SampleAccount.Row> rows = rows(ReadQuery.range("agent", List.of(), null, null, null));

        assertThat(numbers(rows)).isEqualTo(anybody);
        assertThat(rows).as("nothing twice").hasSameSizeAs(anybody);
        assertThat(plotted(null)).isEqualTo(anybody.size());
        assertThat(get(store.service().ledger("s")).committed()).isEqualTo(anybody.size());
    }

    private long plotted(@Nullable String overlaps) {
        PlotAnswer plot = get(store.service()
                .plot(new PlotQuery("agent", List.of(), List.of("s-name/index"), null, null, 7, overlaps)));
        return plot.series().get(0).points().stream()
                .mapToLong(PlotAnswer.Point::n)
                .sum();
    }

    private SampleAccount account() {
        List<SampleAccount.Gap> gaps = gaps().stream()
                .map(gap -> new SampleAccount.Gap(gap.from(), gap.to(), gap.estimatedSamples(), gap.cause()))
                .toList();
        return SampleAccount.of(rows(ReadQuery.range("agent", List.of(), null, null, null)), gaps, 10_000_000, 2);
    }

    private List<GapRecord> gaps() {
        return get(store.service().gaps(new GapQuery("agent", List.of(), Long.MIN_VALUE, Long.MAX_VALUE, 100)));
    }

    private List<SampleAccount.Row> rows(ReadQuery query) {
        RowReader reader = get(RowReader.open(new ReadClient(store.vertx()), query, ColumnChoice.ALL));
        boolean recent = query.order().equals(ReadQuery.RECENT);
        List<SampleAccount.Row> rows = new ArrayList<>();
        while (get(reader.fill())) {
            while (!recent && reader.advance()) {
                rows.add(row(reader));
            }
        }
        while (reader.advance()) {
            rows.add(row(reader));
        }
        return rows;
    }

    private static SampleAccount.Row row(RowReader reader) {
        var row = reader.row();
        return new SampleAccount.Row(row.epoch(), row.seq(), row.timestamp(), (long) row.value(0), row.value(1));
    }

    private static TreeSet<Long> numbers(List<SampleAccount.Row> rows) {
        TreeSet<Long> numbers = new TreeSet<>();
        rows.forEach(row -> numbers.add(row.index()));
        return numbers;
    }

    private static TreeSet<Long> range(long first, long last) {
        TreeSet<Long> numbers = new TreeSet<>();
        LongStream.rangeClosed(first, last).forEach(numbers::add);
        return numbers;
    }

    private static long utc(long number, long skewMs) {
        return START + (number - 1) * STEP + skewMs * 1_000_000;
    }

    /** A new epoch with the outlet's samples {@code first} to {@code last}. */
    private void collect(long epoch, long fence, long first, long last, long skewMs, String outlet) {
        send(epoch, fence, 1, first, last, skewMs, outlet);
    }

    /** Goes on with an epoch that began at the outlet's sample 1. */
    private void more(long epoch, long fence, long first, long last, long skewMs, String outlet) {
        send(epoch, fence, first, first, last, skewMs, outlet);
    }

    private void send(long epoch, long fence, long firstSeq, long first, long last, long skewMs, String outlet) {
        for (long at = first; at <= last; at += 50) {
            int n = (int) Math.min(50, last - at + 1);
            long[] stamps = new long[n];
            double[] raw = new double[n];
            double[] index = new double[n];
            double[] hash = new double[n];
            for (int i = 0; i < n; i++) {
                stamps[i] = utc(at + i, skewMs);
                // What two receivers deduce of one stamp differs in the last bits.
                raw[i] = RAW_START + (at + i) / RATE_HZ + epoch * 1e-9;
                index[i] = at + i;
                hash[i] = NumberedOutlet.hash(at + i);
            }
            byte[] chunk = ChunkEncoder.encode(
                    new SampleBlock(
                            "s",
                            epoch,
                            firstSeq + at - first,
                            TimeBasis.LSL,
                            stamps,
                            raw,
                            List.of(new DoubleColumn(index), new DoubleColumn(hash))),
                    Codecs.COMPRESS);
            StoreAnswer answer = get(store.send(Samples.envelope(stream(outlet), epoch, fence), chunk));
            assertThat(answer.status()).isEqualTo(StoreAnswer.ACKED);
        }
    }

    private void tell(long epoch, long fence, GapRecord gap) {
        StoreNote note = new StoreNote(
                "note-" + gap.from(), StoreNote.GAP, "node", fence, epoch, stream("outlet-1"), Wire.write(gap));
        assertThat(store.note(new NoteBatch(List.of(note))).status()).isEqualTo(StoreAnswer.ACKED);
    }

    private static StreamDescriptor stream(String outlet) {
        StreamDescriptor plain = Samples.stream("agent", "s", "index", "hash");
        return new StreamDescriptor(
                plain.id(),
                plain.agentId(),
                plain.name(),
                plain.lslName(),
                plain.type(),
                plain.sourceId(),
                plain.hostname(),
                outlet,
                plain.sessionId(),
                plain.format(),
                RATE_HZ,
                null,
                plain.channels());
    }
}
