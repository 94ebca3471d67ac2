package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.micrometer.core.instrument.Counter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page that is read at once has the rows that a read of everything has there, whatever happened since the last one. */
class PageReadsIT {
    private static final StreamDescriptor ONE = Samples.stream("agent", "one", "a");
    private static final StreamDescriptor TWO = Samples.stream("agent", "two", "a");

    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false", "store.sqlWindow", "0s"));
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    private record Page(List<RowKey> rows, boolean whole) {}

    @Test
    void pagesOfAnySizeFromAnywhereAreThoseOfTheWhole() throws SQLException {
        fill(ONE, 1, 1, 4_000, 90);
        fill(TWO, 1, 1, 300, 7);
        pack(ONE, 20);
        fill(TWO, 2, 2_000, 2_001, 3_000, 250);
        List<RowKey> all = rows(everything());
        learn();
        Random random = new Random(28);

        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(all.size());
            int size = 1 + random.nextInt(i % 10 == 0 ? 3_000 : 150);
            boolean behind = random.nextBoolean();
            RowKey place = all.get(from);
            ReadQuery query = behind
                    ? new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, place, null, 0, 65_536)
                    : ReadQuery.range("agent", List.of(), place.timestamp(), null, null);
            List<RowKey> rest = all.stream()
                    .filter(row -> behind ? row.compareTo(place) > 0 : row.timestamp() >= place.timestamp())
                    .toList();

            List<RowKey> page = page(query, size);

            assertThat(page)
                    .as("page %d: %d rows %s %s", i, size, behind ? "behind" : "from", place)
                    .isEqualTo(rest.subList(0, Math.min(size, rest.size())));
        }

        assertThat(outcome("at_once")).isGreaterThan(150);
    }

    @Test
    void aWalkByCursorMissesNothingWhileRowsArePackedAndCome() throws SQLException {
        fill(ONE, 1, 1, 2_000, 50);
        learn();
        List<RowKey> walked = new ArrayList<>();
        RowKey last = null;
        long next = 2_001;
        for (int turn = 0; walked.size() < 4_000; turn++) {
            List<RowKey> page =
                    page(new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, last, null, 0, 65_536), 97);
            walked.addAll(page);
            last = page.get(page.size() - 1);
            if (next <= 4_000) {
                fill(ONE, 1, next, next + 199, 20);
                next += 200;
            }
            if (turn == 5) {
                pack(ONE, 30);
            }
        }

        assertThat(walked).isEqualTo(rows(everything()));
        assertThat(outcome("at_once")).isGreaterThan(30);
    }

    @Test
    void anEpochAStreamOrALongerChunkThatCameSinceIsFound() {
        fill(ONE, 1, 1, 100, 10);
        learn();

        fill(ONE, 2, 100, 101, 200, 10);
        assertThat(page(everything(), 1_000)).isEqualTo(rows(everything())).hasSize(200);
        fill(TWO, 1, 1, 100, 10);
        assertThat(page(everything(), 1_000)).isEqualTo(rows(everything())).hasSize(300);
        fill(ONE, 2, 100, 201, 1_200, 1_000);
        ReadQuery late = ReadQuery.range("agent", List.of(), START + 1_150 * STEP, null, null);
        assertThat(page(late, 1_000)).isEqualTo(rows(late)).hasSize(50);

        assertThat(outcome("changed")).isEqualTo(3);
        page(late, 10);
        assertThat(outcome("at_once")).isEqualTo(1);
    }

    @Test
    void aNameThatIsAskedForMeansItsStreamAlone() {
        fill(ONE, 1, 1, 100, 10);
        fill(TWO, 1, 1, 100, 10);
        for (int i = 0; i < 2; i++) {
            ReadQuery named = ReadQuery.range("agent", List.of("two-name"), null, null, null);
            assertThat(page(named, 20)).hasSize(20).allMatch(row -> row.stream().equals("two"));
            assertThat(page(ReadQuery.range("other", List.of(), null, null, null), 20))
                    .isEmpty();
        }
    }

    @Test
    void whatOverlapsAndWhatHasGapsIsReadTheLongWay() {
        get(store.send(envelope(ONE, 1, 1), Samples.chunk("one", 1, 1, 100)));
        get(store.send(envelope(ONE, 2, 2), Samples.chunk("one", 2, 1, 100, START + 50 * STEP, STEP)));
        learn();
        assertThat(page(everything(), 1_000)).isEqualTo(rows(everything()));
        assertThat(outcome("not_plain")).isEqualTo(1);

        fill(TWO, 1, 1, 100, 10);
        assertThat(get(store.open(everything().asPage(10))).opened().gaps()).isEmpty();
        gap(TWO, START, START + STEP);
        assertThat(get(store.open(everything().asPage(10))).opened().gaps()).hasSize(1);
    }

    @Test
    void nothingThatWasRemovedIsShown() throws SQLException {
        fill(ONE, 1, 1, 100, 10);
        fill(ONE, 2, 100, 101, 200, 10);
        learn();
        assertThat(page(everything(), 1_000)).hasSize(200);

        run("DELETE FROM telemetry.telemetry WHERE epoch = 1 AND first_seq = 11");

        assertThat(page(everything(), 1_000)).hasSize(190);
        assertThat(outcome("at_once")).isEqualTo(2);
    }

    private static ReadQuery everything() {
        return ReadQuery.range("agent", List.of(), null, null, null);
    }

    /** After this the streams are known. */
    private void learn() {
        page(everything(), 1);
    }

    /** Samples {@code first} to {@code last} of the stream's time; an epoch counts its own from 1. @param before samples of other epochs */
    private void fill(StreamDescriptor stream, long epoch, long before, long first, long last, int chunk) {
        for (long at = first; at <= last; at += chunk) {
            byte[] bytes = Samples.chunk(
                    stream.id(),
                    epoch,
                    at - before,
                    Math.min(last, at + chunk - 1) - before,
                    START + before * STEP,
                    STEP);
            assertThat(get(store.send(envelope(stream, epoch, 1), bytes)).status())
                    .isEqualTo(StoreAnswer.ACKED);
        }
    }

    private void fill(StreamDescriptor stream, long epoch, long first, long last, int chunk) {
        fill(stream, epoch, 0, first, last, chunk);
    }

    private void gap(StreamDescriptor stream, long from, long to) {
        GapRecord gap = new GapRecord(stream.id(), null, null, 1, from, to, 1L, "disconnected", null);
        StoreNote note = new StoreNote("note", StoreNote.GAP, "node", 1, 1, stream, Wire.write(gap));
        assertThat(store.note(new NoteBatch(List.of(note))).status()).isEqualTo(StoreAnswer.ACKED);
    }

    private void pack(StreamDescriptor stream, int rows) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection()) {
            assertThat(Packing.pack(connection, stream.id(), 1, rows)).isTrue();
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private double outcome(String name) {
        Counter counter =
                store.metrics().find("sinal.store.pages").tag("outcome", name).counter();
        return counter == null ? 0 : counter.count();
    }

    private List<RowKey> rows(ReadQuery query) {
        return read(query, Integer.MAX_VALUE).rows();
    }

    /** As the gateway does: what was cut short too early is read again. */
    private List<RowKey> page(ReadQuery query, int size) {
        Page page = read(query.asPage(size + 1), size);
        return page.whole() ? page.rows() : read(query.asPage(true), size).rows();
    }

    private Page read(ReadQuery query, int size) {
        RowReader reader = get(RowReader.open(new ReadClient(store.vertx()), query, ColumnChoice.ALL));
        List<RowKey> rows = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = get(reader.fill());
            while (rows.size() < size && reader.advance()) {
                rows.add(reader.row().key());
            }
            more &= rows.size() < size;
        }
        reader.close();
        return new Page(rows, rows.size() == size || !reader.cutShort());
    }
}
