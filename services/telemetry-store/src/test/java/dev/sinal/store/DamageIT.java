package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of stored chunks change behind our back: what they held is never served, and its place is told. */
class DamageIT {
    private static final StreamDescriptor STREAM = Samples.stream("agent", "one", "a");
    private static final String FIRST_BYTES = "2";
    private static final String HEADER = "21";
    private static final String STAMPS = "octet_length(chunk) * 2 / 3";
    private static final String VALUES = "octet_length(chunk) - 1";

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

    @ParameterizedTest
    @CsvSource({
        "time, 0, " + FIRST_BYTES,
        "time, 0, " + HEADER,
        "time, 0, " + STAMPS,
        "time, 1, " + VALUES,
        "committed, 0, " + VALUES,
        "committed, 1, " + HEADER,
        "recent, 0, " + VALUES,
        "recent, 1, " + STAMPS
    })
    void aDamagedChunkIsLeftOutSetAsideAndToldAsAGap(String order, int level, String place) {
        store(30);
        run("UPDATE telemetry.telemetry SET level = " + level);
        damage("first_seq IN (11)", place);

        StoreUnderTest.FirstFrame read =
                get(store.open(new ReadQuery("agent", List.of(), null, null, order, null, null, 30, 0)));

        assertThat(rows(read.frame().entries()))
                .hasSize(20)
                .contains("one/5/10=10.0", "one/5/21=21.0")
                .doesNotContain("one/5/11=11.0");
        assertThat(read.opened().gaps()).singleElement().satisfies(DamageIT::isTheDamage);
        assertThat(quarantined()).isEqualTo(1);
        assertThat(store.metrics().get("sinal.store.damaged.chunks").gauge().value())
                .isEqualTo(1);
    }

    private static void isTheDamage(GapRecord gap) {
        assertThat(gap.cause()).isEqualTo("quarantined");
        assertThat(gap.from()).isEqualTo(START + 10 * STEP);
        assertThat(gap.to()).isEqualTo(START + 19 * STEP + 1);
        assertThat(gap.estimatedSamples()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aPlotLeavesItOutAndTellsTheGap(int level) {
        store(30);
        run("UPDATE telemetry.telemetry SET level = " + level);
        damage("first_seq = 11", VALUES);

        PlotAnswer plot = get(
                store.service().plot(new PlotQuery("agent", List.of(), List.of(), START, START + 30 * STEP, 30, null)));

        assertThat(plot.series().get(0).points())
                .extracting(PlotAnswer.Point::max)
                .hasSize(20)
                .doesNotContain(11.0, 20.0)
                .contains(10.0, 21.0);
        assertThat(plot.gaps()).singleElement().satisfies(DamageIT::isTheDamage);
    }

    @Test
    void manyDamagedChunksOfOneAnswerAreSetAsideAtOnce() {
        store(400);
        damage("first_seq % 20 = 1", VALUES);

        assertThat(rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .hasSize(200)
                .contains("one/5/20=20.0")
                .doesNotContain("one/5/1=1.0");
        assertThat(quarantined()).isEqualTo(20);
    }

    @Test
    void aReadUnderWayFailsAndTheNextOneIsWholeWithTheGap() {
        store(400);
        ReadQuery small = new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 1024);
        damage("first_seq = 391", VALUES);
        StoreUnderTest.FirstFrame first = get(store.open(small));

        assertThatThrownBy(() -> toTheEnd(first)).satisfies(failure -> {
            assertThat(RpcError.of(failure)).isEqualTo(RpcError.UNAVAILABLE);
            assertThat(RpcError.data(failure).getString("code")).isEqualTo(ReadClient.READ_AGAIN);
        });

        StoreUnderTest.FirstFrame again = get(store.open(small));
        assertThat(again.opened().gaps()).hasSize(1);
        assertThat(rows(store.readAll(small))).hasSize(390);
    }

    private void toTheEnd(StoreUnderTest.FirstFrame first) {
        ReadFrame frame = first.frame();
        while (!frame.end()) {
            frame = get(store.ask(first.opened(), "next"));
        }
    }

    @Test
    void theStreamGoesOnBehindTheDamage() {
        store(30);
        damage("first_seq = 21", VALUES);
        assertThat(rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .hasSize(20);

        assertThat(get(store.send(envelope(STREAM, 5, 1), chunk("one", 5, 31, 40))))
                .isEqualTo(StoreAnswer.acked(40));

        assertThat(rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .hasSize(30);
        assertThat(get(store.service().ledger("one")).committed()).isEqualTo(40);
    }

    private void store(int samples) {
        for (int first = 1; first <= samples; first += 10) {
            assertThat(get(store.send(envelope(STREAM, 5, 1), chunk("one", 5, first, first + 9)))
                            .status())
                    .isEqualTo(StoreAnswer.ACKED);
        }
    }

    private void damage(String which, String place) {
        run("UPDATE telemetry.telemetry SET chunk = set_byte(chunk, " + place + ", get_byte(chunk, " + place
                + ") # 255) WHERE " + which);
    }

    private long quarantined() {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*) FROM telemetry.quarantine")) {
            found.next();
            return found.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void run(String sql) {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
