package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static dev.sinal.store.StoredModel.AGENT;
import static dev.sinal.store.StoredModel.day;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.PinRequest;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two stores expire the same days, their connections break at any moment, and collection goes on: every sample is still accounted for once. */
class RetentionFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int DAYS = 16;
    private static final int FIRST_KEPT = 14;
    private static final int PINNED = 5;

    private final Random random = new Random(27);
    private TestDatabase database;
    private Connection connection;
    private StoreUnderTest one;
    private StoreUnderTest two;
    private final StoredModel model = new StoredModel(() -> one);

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.fresh();
        connection = new Database(database.uri()).dataSource().getConnection();
        long keepMs = System.currentTimeMillis() - day(FIRST_KEPT) / 1_000_000;
        Map<String, String> settings = Map.of("store.compact", "false", "store.retention", keepMs + "ms");
        one = new StoreUnderTest(database.uri(), settings);
        two = new StoreUnderTest(database.uri(), settings);
    }

    @AfterEach
    void stop() throws SQLException {
        two.close();
        one.close();
        connection.close();
        database.close();
    }

    @Test
    void whateverBreaksEachDayGoesOnceAndWhollyAndThePinnedOneStays() throws SQLException {
        for (int day = 0; day < DAYS; day++) {
            model.send("one", day, 60);
            model.send("two", day, 40);
        }
        one.pack();
        get(one.service()
                .pinData(new PinRequest("kept", AGENT, "two", day(PINNED), day(PINNED) + 1, false, "a study", "t")));

        int broken = 0;
        for (int round = 0; round < 24; round++) {
            Future<JsonObject> first = expire(one);
            Future<JsonObject> second = expire(two);
            for (int wait = random.nextInt(60); wait > 0; wait--) {
                number("SELECT 1");
            }
            broken += number(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND application_name = 'sinal-store-delete' AND state <> 'idle'");
            if (round % 6 == 3) {
                // Late, into days that are gone or going.
                model.send("one", random.nextInt(FIRST_KEPT), 10);
                model.send("two", DAYS + round / 6, 10);
            }
            if (round % 6 == 5) {
                pack();
            }
            ended(first);
            ended(second);
        }
        assertThat(broken).as("connections that were broken at work").isPositive();

        pack();
        Awaitility.await().atMost(PATIENCE).until(this::nothingLeft);
        for (int day = 0; day < FIRST_KEPT; day++) {
            if (day != PINNED) {
                model.expired(day);
            }
        }
        model.check();
        String firstKept =
                LocalDate.ofEpochDay(StoredModel.FIRST_DAY + FIRST_KEPT).format(DateTimeFormatter.BASIC_ISO_DATE);
        assertThat(number("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^telemetry_[0-9]{8}$'"
                        + " AND substring(relname FROM 11) < '" + firstKept + "'"))
                .as("the pinned day's partition")
                .isEqualTo(1);
        assertThat(number("SELECT sum(samples) FROM telemetry.expired_days"))
                .isEqualTo(number("SELECT sum(samples) FROM telemetry.expired"));
    }

    /** A partition that the other store has dropped is missed once. */
    private void pack() {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            one.pack();
            return true;
        });
    }

    private boolean nothingLeft() throws SQLException {
        List<Future<JsonObject>> rounds = List.of(expire(one), expire(two));
        rounds.forEach(RetentionFaultsIT::ended);
        return rounds.stream()
                        .allMatch(round -> round.succeeded() && round.result().getInteger("days") == 0)
                && number("SELECT count(*) FROM telemetry.expired_days WHERE finished_at IS NULL") == 0;
    }

    private static Future<JsonObject> expire(StoreUnderTest store) {
        return store.vertx()
                .eventBus()
                .<JsonObject>request(
                        Addresses.STORE_EXPIRE, new JsonObject(), new DeliveryOptions().setSendTimeout(60_000))
                .map(reply -> reply.body());
    }

    /** Well or not. */
    private static void ended(Future<JsonObject> round) {
        get(round.transform(any -> Future.succeededFuture()));
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
