package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything stored but samples. One database: each test has its own agent. */
class RecordsIT {
    private static TestDatabase database;
    private static StoreUnderTest store;

    @BeforeAll
    static void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
    }

    @AfterAll
    static void stop() {
        store.close();
        database.close();
    }

    @Test
    void notesAreStoredOnceAndAnOpenGapIsClosed() {
        StreamDescriptor stream = Samples.stream("notes", "n1", "a");
        GapRecord open = new GapRecord("n1", null, null, 3, START, null, null, "disconnected", "EOF");
        GapRecord closed = new GapRecord("n1", null, null, 3, START, START + 1000, 250L, "disconnected", "EOF");
        ClockRecord probe = new ClockRecord(3, START, 0.5, 0.001, true, null);
        NoteBatch batch = new NoteBatch(List.of(
                note("1", StoreNote.GAP, stream, Wire.write(open)),
                note("2", StoreNote.CLOCK, stream, Wire.write(probe)),
                note("3", StoreNote.INFO, stream, new JsonObject().put("xml", "<info/>"))));

        assertThat(store.note(batch).status()).isEqualTo(StoreAnswer.ACKED);
        assertThat(store.note(batch).status()).isEqualTo(StoreAnswer.ACKED);
        store.note(new NoteBatch(List.of(
                note("4", StoreNote.GAP, stream, Wire.write(closed)),
                note(
                        "5",
                        StoreNote.EPOCH_CLOSED,
                        stream,
                        new JsonObject().put("last_seq", 20).put("reason", "lost")))));
        store.note(batch);

        assertThat(get(store.service().gaps(new GapQuery("notes", List.of(), START - 1, START + 1, 10))))
                .containsExactly(
                        new GapRecord("n1", "n1-name", "notes", 3, START, START + 1000, 250L, "disconnected", "EOF"));
        GapRecord grown = new GapRecord("n1", null, null, 3, START, START + 2000, 500L, "disconnected", "EOF");
        store.note(new NoteBatch(List.of(note("6", StoreNote.GAP, stream, Wire.write(grown)))));
        store.note(new NoteBatch(List.of(note("4", StoreNote.GAP, stream, Wire.write(closed)))));
        assertThat(get(store.service().gaps(new GapQuery("notes", List.of(), START - 1, START + 1, 10))))
                .as("told before a crash, and again after it")
                .containsExactly(
                        new GapRecord("n1", "n1-name", "notes", 3, START, START + 2000, 500L, "disconnected", "EOF"));
        assertThat(get(store.service().clock("n1", null))).containsExactly(probe);
        assertThat(get(store.service().info("n1", 3L))).isEqualTo("<info/>");
        assertThat(get(store.service().epochs("n1"))).singleElement().satisfies(epoch -> {
            assertThat(epoch.closeReason()).isEqualTo("lost");
            assertThat(epoch.closedAt()).isNotNull();
        });
    }

    @Test
    void aBatchWithABadNoteIsRefusedWhole() {
        StreamDescriptor stream = Samples.stream("bad", "n2", "a");

        StoreAnswer answer = store.note(new NoteBatch(List.of(
                note("6", StoreNote.INFO, stream, new JsonObject().put("xml", "<info/>")),
                note("7", "weather", stream, new JsonObject()))));

        assertThat(answer.status()).isEqualTo(StoreAnswer.REJECTED);
        assertThat(answer.reason()).contains("weather");
        assertThat(get(store.service().streams("bad"))).isEmpty();
    }

    @Test
    void aNoteThatTheDatabaseRefusesForItsContentIsRejectedForGood() {
        StreamDescriptor stream = Samples.stream("content", "n3", "a");
        JsonObject withoutCause =
                Wire.write(new GapRecord("n3", null, null, 3, START, START + 1, 1L, "disconnected", null));
        withoutCause.remove("cause");

        StoreAnswer answer = store.note(new NoteBatch(List.of(note("21", StoreNote.GAP, stream, withoutCause))));

        assertThat(answer.status()).isEqualTo(StoreAnswer.REJECTED);
        assertThat(answer.reason()).contains("cause");
    }

    @Test
    void anEpochWhoseRestMovedElsewhereKeepsTheSmallerNumber() {
        StreamDescriptor stream = Samples.stream("moved", "mv1", "a");
        get(store.send(envelope(stream, 3, 1), chunk("mv1", 3, 1, 10)));
        store.note(new NoteBatch(List.of(note(
                "31",
                StoreNote.EPOCH_CLOSED,
                stream,
                new JsonObject().put("last_seq", 90).put("reason", "lost")))));

        store.note(new NoteBatch(List.of(note(
                "32",
                StoreNote.EPOCH_CLOSED,
                stream,
                new JsonObject().put("last_seq", 10).put("reason", "moved")))));
        store.note(new NoteBatch(List.of(note(
                "31",
                StoreNote.EPOCH_CLOSED,
                stream,
                new JsonObject().put("last_seq", 90).put("reason", "lost")))));

        assertThat(get(store.service().ledger("mv1")).received()).isEqualTo(10);
        assertThat(get(store.service().epochs("mv1")))
                .singleElement()
                .satisfies(epoch -> assertThat(epoch.closeReason()).isEqualTo("lost"));
    }

    @Test
    void theLedgerShowsWhatNobodyCanExplain() {
        StreamDescriptor stream = Samples.stream("ledger", "l1", "a");
        get(store.send(envelope(stream, 3, 1), chunk("l1", 3, 1, 10)));
        get(store.send(envelope(stream, 4, 1), chunk("l1", 4, 1, 10, START + 90 * Samples.STEP, Samples.STEP)));
        GapRecord gap = new GapRecord("l1", null, null, 3, START, START + 1, 70L, "disconnected", null);
        store.note(new NoteBatch(List.of(note("8", StoreNote.GAP, stream, Wire.write(gap)))));

        LedgerRecord ledger = get(store.service().ledger("l1"));

        // 99 steps of 4 ms from the first to the last sample: 100 samples wanted
        assertThat(ledger).isEqualTo(new LedgerRecord("l1", 100L, "rate", 20, 20, 20, 70, 1, 10L, 0L, 0L, 0L));
    }

    @Test
    void logsAreFoundByLevelTextAndPage() {
        get(store.service()
                .writeLogs(List.of(
                        log("debug", "one", null),
                        log("warn", "100% of disk", new JsonObject().put("free", 0)),
                        log("error", "three\0", null))));

        assertThat(logs("warn", null, null))
                .extracting(LogEntry::message)
                .containsExactly("100% of disk", "three\uFFFD");
        assertThat(logs(null, "0% OF", null)).extracting(LogEntry::message).containsExactly("100% of disk");
        assertThat(logs(null, "%", null)).hasSize(1);
        LogEntry first = logs(null, null, null).get(0);
        assertThat(logs(null, null, first.id())).hasSize(2);
        assertThat(logs("warn", null, null).get(0).data()).isEqualTo(new JsonObject().put("free", 0));
        assertThatThrownBy(() -> logs("loud", null, null))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.INVALID_PARAMS));
    }

    @Test
    void aMarkerIsStoredOnceByItsId() {
        MarkerEntry marker = marker("m-1", "start", START, "client");

        assertThat(get(store.service().addMarker(marker))).isEqualTo(marker);
        assertThat(get(store.service().addMarker(marker))).isEqualTo(marker);
        assertThatThrownBy(() -> get(store.service().addMarker(marker("m-1", "stop", START, "client"))))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.CONFLICT));
        assertThat(get(store.service().addMarker(marker("m-1", "start", START + 5, "arrival"))))
                .isEqualTo(marker);
        get(store.service().addMarker(marker("m-2", "next", START, "client")));

        List<MarkerEntry> page = get(store.service().markers(new MarkerQuery("marks", null, null, null, 1)));
        assertThat(page).containsExactly(marker);
        assertThat(get(store.service().markers(new MarkerQuery("marks", null, null, START + "|m-1", 10))))
                .extracting(MarkerEntry::id)
                .containsExactly("m-2");
    }

    @Test
    void anUnknownStreamIsNotFound() {
        assertThatThrownBy(() -> get(store.service().stream("nothing")))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.NOT_FOUND));
        assertThatThrownBy(() -> get(store.service().ledger("nothing")))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.NOT_FOUND));
    }

    private static StoreNote note(String id, String kind, StreamDescriptor stream, JsonObject payload) {
        return new StoreNote(id, kind, "collector", 1, 3, stream, payload);
    }

    private static LogEntry log(String level, String message, JsonObject data) {
        return new LogEntry(null, "logs", START, level, "test", message, data);
    }

    private static List<LogEntry> logs(String level, String text, Long after) {
        return get(store.service().logs(new LogQuery("logs", level, text, null, null, after, 100)));
    }

    private static MarkerEntry marker(String id, String label, long timestamp, String basis) {
        return new MarkerEntry(id, "marks", null, label, null, timestamp, 1.5, basis, null, "api", "ana");
    }
}
