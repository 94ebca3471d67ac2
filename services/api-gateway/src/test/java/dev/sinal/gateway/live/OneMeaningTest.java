package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.Place;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** WebSocket, event stream and poll show the same samples, go on from the same cursors and tell of the same gaps. */
class OneMeaningTest {
    private static final StreamDescriptor EEG = Suite.eeg("headset", 2);
    private static final StreamDescriptor ECG =
            Suite.stream("headset", "ecg", "float32", 250, ChannelDescriptor.plain("lead"));
    private static final long NEXT_EPOCH = Suite.EPOCH + 1_000;
    private LiveServer server;

    @BeforeEach
    void start() {
        server = new LiveServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /**
     * Numbered samples: 40 of one epoch, a gap of 20, 40 of the next; a second stream beside it. The first half is stored only, the rest is both stored and
     * on its way as live frames.
     */
    private void scenario(boolean live) {
        for (int seq = 1; seq <= 40; seq += 8) {
            server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, seq, 8));
        }
        server.suite.commit(ECG, Suite.block(ECG, Suite.EPOCH, 1, 30));
        server.suite.gap(new GapRecord(
                EEG.id(),
                "eeg",
                "headset",
                Suite.EPOCH,
                Suite.stamps(40, 1)[0],
                Suite.stamps(61, 1)[0],
                20L,
                "disconnected",
                null));
        for (int seq = 1; seq <= 40; seq += 8) {
            var block = Suite.block(EEG, NEXT_EPOCH, seq, 8, 60 + seq);
            server.suite.commit(EEG, block);
            if (live && seq > 16) {
                server.suite.publish(EEG, block);
            }
        }
        if (live) {
            server.suite.commit(ECG, Suite.block(ECG, Suite.EPOCH, 31, 10));
            server.suite.publish(ECG, Suite.block(ECG, Suite.EPOCH, 31, 10));
        }
    }

    /** Every sample of the scenario behind a place in the first epoch. */
    private static TreeSet<String> expected(boolean live, int eegAfter, int ecgAfter, String... metrics) {
        TreeSet<String> rows = new TreeSet<>();
        List<String> wanted = List.of(metrics);
        for (int seq = eegAfter + 1; seq <= 40; seq++) {
            eeg(rows, Suite.EPOCH, seq, seq, wanted);
        }
        for (int seq = 1; seq <= 40; seq++) {
            eeg(rows, NEXT_EPOCH, seq, 60 + seq, wanted);
        }
        for (int seq = ecgAfter + 1; wanted.isEmpty() && seq <= (live ? 40 : 30); seq++) {
            rows.add(Reading.row("ecg", Suite.EPOCH, seq, Suite.stamps(seq, 1)[0], "lead", seq * 100 + 0.5));
        }
        return rows;
    }

    private static void eeg(TreeSet<String> rows, long epoch, int seq, int number, List<String> wanted) {
        for (int c = 0; c < 2; c++) {
            if (wanted.isEmpty() || wanted.contains("ch" + (c + 1))) {
                rows.add(Reading.row(
                        "eeg", epoch, seq, Suite.stamps(number, 1)[0], "ch" + (c + 1), number * 100 + c + 0.5));
            }
        }
    }

    private static String cursor(int eeg, int ecg) {
        return new LiveCursor(
                        "headset",
                        Map.of(
                                EEG.id(), new StreamPosition(Suite.EPOCH, eeg, Suite.stamps(eeg, 1)[0]),
                                ECG.id(), new StreamPosition(Suite.EPOCH, ecg, Suite.stamps(ecg, 1)[0])),
                        LiveCursor.NOW)
                .encode();
    }

    @ParameterizedTest
    @EnumSource(Reading.Way.class)
    void theSameSamplesAndGapsBehindTheSameCursor(Reading.Way way) {
        scenario(false);
        Reading reading = way.open(server, new JsonObject(), cursor(13, 7));

        reading.awaitRows(expected(false, 13, 7));

        assertThat(reading.gaps())
                .containsExactly(EEG.id() + " " + UtcNanos.format(Suite.stamps(40, 1)[0]) + " "
                        + UtcNanos.format(Suite.stamps(61, 1)[0]) + " 20 disconnected");
        assertThat(reading.repeated()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Reading.Way.class)
    void theSameSamplesWhileFramesFlow(Reading.Way way) {
        server.suite.know(EEG);
        server.suite.know(ECG);
        Reading before = Reading.Way.WEB_SOCKET.open(server, new JsonObject(), null); // the window is kept from here on
        scenario(true);
        await().until(() -> before.rows().size() == 24 * 2 + 10);

        Reading reading = way.open(server, new JsonObject(), cursor(13, 7));

        reading.awaitRows(expected(true, 13, 7));
        assertThat(reading.repeated()).isZero();
        assertThat(reading.gaps()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Reading.Way.class)
    void theSameFilters(Reading.Way way) {
        scenario(false);
        Reading reading =
                way.open(server, new JsonObject().put("metrics", new JsonArray().add("eeg/ch2")), cursor(20, 1));
        reading.awaitRows(expected(false, 20, 0, "ch2"));
        assertThat(reading.repeated()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Reading.Way.class)
    void aCursorOfAHistoryIsAPlaceToGoOnFrom(Reading.Way way) {
        scenario(false);
        String history = Place.time("headset", new RowKey(Suite.stamps(13, 1)[0], EEG.id(), Suite.EPOCH, 13))
                .encode();

        Reading reading = way.open(server, new JsonObject(), history);

        // In the order of time ecg 13 comes before eeg 13: both are seen.
        reading.awaitRows(expected(false, 13, 13));
        assertThat(reading.repeated()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Reading.Way.class)
    void aCursorInCommitOrderIsRefused(Reading.Way way) {
        scenario(false);
        String committed =
                new Place("headset", true, 1, new RowKey(Suite.stamps(13, 1)[0], EEG.id(), Suite.EPOCH, 13)).encode();
        assertThat(way.refusal(server, committed)).contains("order=committed");
    }

    @ParameterizedTest
    @EnumSource(Reading.Way.class)
    void whateverOneGaveTheOthersTake(Reading.Way way) {
        scenario(false);
        for (Reading.Way giver : Reading.Way.values()) {
            Reading first = giver.open(server, new JsonObject(), cursor(13, 7));
            first.awaitRows(expected(false, 13, 7));

            Reading second = way.open(server, new JsonObject(), first.cursorAt(0));
            TreeSet<String> rest = new TreeSet<>(first.rows());
            rest.removeAll(first.rowsUpTo(0));
            second.awaitRows(rest);
            assertThat(second.repeated()).isZero();
            first.close();
            second.close();
        }
    }

    @Test
    void aStreamThatWasQuietUntilTheViewerLeftIsNotForgotten() {
        server.suite.know(EEG);
        server.suite.know(ECG);
        Reading first = Reading.Way.WEB_SOCKET.open(server, new JsonObject(), null);
        long now = UtcNanos.now();
        var eeg = Suite.blockAt(EEG, Suite.EPOCH, 1, now);
        server.suite.commit(EEG, eeg);
        server.suite.publish(EEG, eeg);
        await().until(() -> first.rows().size() == 2);
        String cursor = first.cursorAt(0); // names eeg only
        first.close();
        server.suite.commit(ECG, Suite.blockAt(ECG, Suite.EPOCH, 1, now + 1_000_000));

        try (LiveServer other = server.another()) {
            for (Reading.Way way : Reading.Way.values()) {
                Reading back = way.open(other, new JsonObject(), cursor);
                await().until(() -> back.rows().size() == 1);
                assertThat(back.rows().first()).startsWith("ecg");
                back.close();
            }
        }
    }

    @Test
    void aQuietStreamDoesNotKeepAViewerFromSharingTheOthers() {
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 8));
        server.suite.commit(ECG, Suite.block(ECG, Suite.EPOCH, 1, 8));
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            readings.add(Reading.Way.WEB_SOCKET.open(server, new JsonObject(), cursor(8, 8)));
        }
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 9, 1)); // ecg says nothing
        readings.forEach(reading -> await().until(() -> reading.rows().size() == 2));
        double before = server.count("sinal.live.encoded");
        for (int i = 10; i < 30; i++) {
            server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, i, 1));
        }
        readings.forEach(reading -> await().until(() -> reading.rows().size() == 42));
        assertThat(server.count("sinal.live.encoded") - before).isEqualTo(20);

        server.suite.commit(ECG, Suite.block(ECG, Suite.EPOCH, 9, 2)); // whose live frame got lost
        server.suite.publish(ECG, Suite.block(ECG, Suite.EPOCH, 11, 1));
        readings.forEach(reading -> {
            await().until(() -> reading.rows().size() == 45);
            assertThat(reading.repeated()).isZero();
        });
    }

    @Test
    void aHoleInTheWindowIsFilledFromHistory() {
        server.suite.know(EEG);
        Reading first = Reading.Way.WEB_SOCKET.open(server, new JsonObject(), null);
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 1, 4));
        server.suite.publish(EEG, Suite.block(EEG, Suite.EPOCH, 9, 4)); // 5 to 8 got lost on the bus
        server.suite.commit(EEG, Suite.block(EEG, Suite.EPOCH, 1, 12));
        await().until(() -> first.rows().size() == 16 && !first.gaps().isEmpty());

        Reading back = Reading.Way.EVENTS.open(server, new JsonObject(), first.cursorAt(0));

        await().until(() -> back.rows().size() == 16);
        assertThat(back.repeated()).isZero();
    }
}
