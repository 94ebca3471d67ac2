package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static dev.sinal.store.StoredModel.AGENT;
import static dev.sinal.store.StoredModel.FIRST_DAY;
import static dev.sinal.store.StoredModel.SECOND;
import static dev.sinal.store.StoredModel.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.PinQuery;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PinRequest;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What has expired is gone everywhere, what is pinned stays, and the rest is as it was: compared with a plain list of samples. */
class RetentionIT {
    private TestDatabase database;
    private StoreUnderTest store;
    private Connection connection;
    private final StoredModel model = new StoredModel(() -> store);

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.fresh();
        connection = new Database(database.uri()).dataSource().getConnection();
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        if (store != null) {
            store.close();
        }
        database.close();
    }

    /** @param firstKept from this day on everything is younger than what is kept; 0 = keep for ever */
    private void open(int firstKept) {
        if (store != null) {
            store.close();
        }
        long keepMs = System.currentTimeMillis() - day(firstKept) / 1_000_000;
        store = new StoreUnderTest(
                database.uri(),
                firstKept == 0
                        ? Map.of("store.compact", "false")
                        : Map.of("store.compact", "false", "store.retention", keepMs + "ms"));
    }

    private Future<JsonObject> expiring() {
        return store.vertx()
                .eventBus()
                .<JsonObject>request(
                        Addresses.STORE_EXPIRE, new JsonObject(), new DeliveryOptions().setSendTimeout(30_000))
                .map(reply -> reply.body());
    }

    private JsonObject expire() {
        return get(expiring());
    }

    private void fill(int days) {
        for (int day = 0; day < days; day++) {
            model.send("one", day, 300);
            model.send("two", day, 200);
        }
        store.pack();
    }

    @Test
    void expiredDaysGoPinnedOnesStayUntilTheyAreNot() {
        open(3);
        fill(5);
        model.check();
        PinRecord pin = get(model.service().pinData(pin("kept", "one", day(1), day(1) + SECOND)));
        assertThat(pin.expired()).isEmpty();
        List<RowKey> before = model.keys();
        RowKey cursor = before.get(100);

        JsonObject done = expire();

        model.expired(0);
        model.expired(2);
        assertThat(done)
                .isEqualTo(new JsonObject().put("days", 2).put("samples", 1_000).put("rows", 0));
        model.check();
        assertThat(model.byTime(cursor)).as("a cursor goes on").isEqualTo(model.keys());
        assertThat(expire().getInteger("days")).isZero();
        model.send("one", 6, 10);
        model.check();

        get(model.service().unpinData("kept", "tester"));
        assertThat(expire().getInteger("days")).isEqualTo(1);
        model.expired(1);
        model.check();
        assertThat(logs("retention")).hasSize(3);
        assertThat(store.metrics().get("sinal.store.retention.days").gauge().value())
                .isEqualTo(3);
        assertThat(store.metrics().get("sinal.store.retention.samples").gauge().value())
                .isEqualTo(1_500);
    }

    @Test
    void withoutTheSettingEverythingStays() {
        open(0);
        fill(2);

        assertThat(expire().getInteger("days")).isZero();

        model.check();
    }

    @Test
    void whatComesLateExpiresAfterItWasPacked() throws SQLException {
        open(3);
        fill(2);
        expire();
        model.expired(0);
        model.expired(1);
        model.check();

        model.send("one", 1, 40);
        model.check();
        assertThat(expire().getInteger("samples")).isZero();
        model.check();
        store.pack();
        model.check();
        assertThat(expire().getInteger("samples")).isEqualTo(40);

        model.expired(1);
        model.check();
        store.pack();
        model.check();
        assertThat(number("SELECT samples FROM telemetry.expired_days WHERE day = " + (FIRST_DAY + 1)))
                .isEqualTo(540);
        assertThat(number("SELECT count(*) FROM telemetry.rollups")).isZero();
    }

    @Test
    void whatAKilledStoreDetachedIsDroppedByTheNextEvenIfItKeepsForEver() throws SQLException {
        open(0);
        fill(3);
        run("INSERT INTO telemetry.expired_days (day, decided_at) VALUES (" + (FIRST_DAY + 1) + ", 1)");
        String partition = "telemetry_" + LocalDate.ofEpochDay(FIRST_DAY + 1).format(DateTimeFormatter.BASIC_ISO_DATE);
        run("ALTER TABLE telemetry.telemetry_packed DETACH PARTITION telemetry." + partition + " CONCURRENTLY");
        open(0);

        assertThat(expire().getInteger("samples")).isEqualTo(500);

        model.expired(1);
        model.check();
        assertThat(number("SELECT count(*) FROM pg_class WHERE relname = '" + partition + "'"))
                .isZero();
    }

    @Test
    void whoReadsForLongIsWaitedForAndWhatWasBegunIsFinished() throws SQLException {
        open(2);
        fill(3);
        connection.setAutoCommit(false);
        run("SELECT count(*) FROM telemetry.chunks");

        assertThatThrownBy(this::expire).isNotNull();

        assertThat(number("SELECT count(*) FROM telemetry.chunks")).isPositive();
        connection.commit();
        connection.setAutoCommit(true);
        assertThat(number("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"))
                .isEqualTo(1);
        assertThat(get(model.service().pinData(pin("late", null, day(0), null))).expired())
                .containsExactly(new PinRecord.Part(day(0), day(1)));
        open(0);

        assertThat(expire().getInteger("days")).isEqualTo(1);

        model.expired(0);
        model.check();
        open(2);
        assertThat(expire().getInteger("days")).as("the next day is pinned").isZero();
        model.check();
    }

    @Test
    void aPinEitherHoldsOrTellsWhatIsGone() {
        open(12);
        fill(12);
        List<Future<?>> going = new ArrayList<>();
        List<Future<PinRecord>> pins = new ArrayList<>();
        for (int day = 11; day >= 0; day--) {
            pins.add(model.service().pinData(pin("day" + day, "two", day(day), day(day + 1))));
            going.add(expiring());
        }
        going.forEach(StoreUnderTest::get);
        int held = 0;
        for (int i = 0; i < pins.size(); i++) {
            int day = 11 - i;
            PinRecord pin = get(pins.get(i));
            if (pin.expired().isEmpty()) {
                held++;
            } else {
                assertThat(pin.expired()).containsExactly(new PinRecord.Part(day(day), day(day + 1)));
                model.expired(day);
            }
        }
        assertThat(held).isBetween(1, 12);
        model.check();
        assertThat(expire().getInteger("days")).isZero();
        model.check();
        assertThat(get(model.service().pins(new PinQuery(AGENT, null, 100)))).hasSize(12);
    }

    @Test
    void rowsBesideTheSamplesGoWithTheirDay() {
        open(3);
        fill(4);
        for (int day = 0; day < 4; day++) {
            long at = day(day) + 5 * SECOND;
            get(model.service()
                    .addMarker(new MarkerEntry(
                            "m" + day, AGENT, null, "m" + day, null, at, null, "client", null, "api", "tester")));
            get(model.service().writeLogs(List.of(new LogEntry(null, AGENT, at, "info", "test", "log" + day, null))));
            store.note(new NoteBatch(List.of(
                    note("c" + day, StoreNote.CLOCK, Wire.write(new ClockRecord(1, at, 0.5, 0.1, true, null))),
                    note(
                            "g" + day,
                            StoreNote.GAP,
                            Wire.write(new GapRecord(
                                    "one", null, null, 1, at, at + 10 * SECOND, 10L, "disconnected", null))))));
        }
        // From a day that goes into a pinned one.
        store.note(new NoteBatch(List.of(note(
                "long",
                StoreNote.GAP,
                Wire.write(new GapRecord(
                        "one", null, null, 1, day(1) + 80_000 * SECOND, day(2) + SECOND, 7L, "rate_deficit", null))))));
        LedgerRecord before = get(model.service().ledger("one"));
        get(model.service().pinData(pin("kept", null, day(1), day(1) + 1)));

        assertThat(expire().getInteger("rows")).isEqualTo(8);

        assertThat(get(model.service().markers(new MarkerQuery(AGENT, null, null, null, 100))))
                .extracting(MarkerEntry::label)
                .containsExactly("m1", "m3");
        assertThat(logs("log")).containsExactly("log1", "log3");
        assertThat(get(model.service().clock("one", null)))
                .extracting(ClockRecord::measuredAt)
                .containsExactly(day(1) + 5 * SECOND, day(3) + 5 * SECOND);
        assertThat(get(model.service().gaps(new GapQuery(AGENT, List.of(), day(0), day(9), 100))))
                .extracting(gap -> Math.floorDiv(gap.from(), ChunkRow.DAY_NS) - FIRST_DAY)
                .containsExactly(1L, 1L, 3L);
        LedgerRecord after = get(model.service().ledger("one"));
        assertThat(after.expired()).isEqualTo(600);
        assertThat(after.gaps()).isEqualTo(before.gaps());
        assertThat(after.gapSamples()).isEqualTo(before.gapSamples());
        assertThat(after.unexplained()).isEqualTo(before.unexplained());
    }

    @Test
    void copiesOfAnotherOwnerAreCountedApart() {
        open(1);
        StreamDescriptor stream = StoredModel.stream("one");
        for (int owner = 1; owner <= 2; owner++) {
            long start = day(0) + (owner - 1) * 50 * Samples.STEP;
            get(store.send(
                    Samples.envelope(stream, owner, owner), Samples.chunk("one", owner, 1, 100, start, Samples.STEP)));
        }
        store.pack();
        LedgerRecord before = get(model.service().ledger("one"));
        assertThat(before.superseded()).isEqualTo(50);
        assertThat(before.unexplained()).isZero();

        assertThat(expire().getInteger("samples")).isEqualTo(200);

        LedgerRecord after = get(model.service().ledger("one"));
        assertThat(after.superseded()).isEqualTo(50);
        assertThat(after.committed()).isEqualTo(before.committed());
        assertThat(after.expired()).isEqualTo(150);
        assertThat(after.unexplained()).isZero();
    }

    private static StoreNote note(String id, String kind, JsonObject payload) {
        return new StoreNote(id, kind, "collector", 1, 1, StoredModel.stream("one"), payload);
    }

    private static PinRequest pin(String id, String stream, Long from, Long to) {
        return new PinRequest(id, AGENT, stream, from, to, false, "a study", "tester");
    }

    private List<String> logs(String text) {
        return get(model.service().logs(new LogQuery(null, null, text, null, null, null, 100))).stream()
                .map(LogEntry::message)
                .toList();
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
