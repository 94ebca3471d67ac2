package dev.sinal.bench.store;

import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.read.PullLoop;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Prints how PostgreSQL carries out the main reads. The statements are the store's own, as it sends them: the server explains whatever runs (auto_explain), and
 * its log is read back by SQL.
 */
final class Plans {
    /** For the server of this part. */
    static final Map<String, String> SETTINGS = Map.of(
            "session_preload_libraries", "auto_explain",
            "auto_explain.log_min_duration", "0",
            "auto_explain.log_analyze", "on",
            "auto_explain.log_buffers", "on",
            "auto_explain.log_timing", "off",
            "logging_collector", "on",
            "log_directory", "log",
            "log_filename", "plans.log",
            "log_line_prefix", "@@",
            "track_io_timing", "off");

    private static final String LOG = "log/plans.log";
    private static final Pattern PLAN = Pattern.compile(
            "^@@LOG:  duration: ([\\d.]+) ms  plan:\\n(.*?)(?=^@@|\\z)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern COSTS = Pattern.compile(" \\(cost=[^)]*\\)");
    private static final Pattern TABLES = Pattern.compile("telemetry\\.(telemetry|chunks|rollups)\\b");
    private static final int WIDEST = 180;
    private static final int CHANNELS = 8;
    private static final int STEP_MS = 4;

    private final Options options;
    private final BenchServer server;

    Plans(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    private interface Read {
        Object run() throws Exception;
    }

    void run() throws Exception {
        Eeg eeg = Eeg.quantised("plans", CHANNELS, STEP_MS);
        HotChunks hot = new HotChunks(eeg, "x", 1);
        long hours = options.amount(26, 5);
        long packed = hours * 3_600_000 / STEP_MS / hot.rows() * hot.rows();
        try (TestDatabase database = server.database();
                StoreNode store = new StoreNode(database.uri(), Packing.OFF)) {
            try (PackedFill fill = new PackedFill(store.vertx(), database)) {
                fill.fill(eeg, "x", 0, packed);
            }
            String rollups = Packing.rollUp(store, database);
            StoreSender sender = new StoreSender(store.vertx(), 1);
            for (long number = packed / hot.rows(); number < packed / hot.rows() + 4_000; number++) {
                sender.send(hot.envelope(0), hot.encode(0, number));
            }
            sender.finish();
            BenchServer.run(database, "VACUUM ANALYZE");
            System.out.printf(
                    "%nPlans: %d h of %d channels at %d Hz packed, 4000 chunks as they were collected behind them; %s%n",
                    hours, CHANNELS, 1_000 / STEP_MS, rollups);
            long end = packed / 250;
            read(database, "A page of a minute, packed", () -> all(store, range(eeg, 3_600, 3_660)));
            read(
                    database,
                    "One channel of ten minutes, packed",
                    () -> all(
                            store,
                            range(eeg, 3_600, 4_200)
                                    .withColumns(Map.of(
                                            eeg.streamId("x", 0),
                                            List.of(eeg.metrics().get(0))))));
            read(database, "A minute over both layers", () -> all(store, range(eeg, end - 30, end + 30)));
            read(
                    database,
                    "The last 1000 rows",
                    () -> all(store, ReadQuery.recent(eeg.agentId("x", 0), List.of(), 1_000)));
            read(database, "In the order of commits", () -> page(store, eeg));
            read(database, "Plot of 10 min of one channel", () -> plot(store, eeg, 600));
            read(database, "Plot of all of one channel", () -> plot(store, eeg, end));
        }
    }

    private static ReadQuery range(Eeg eeg, long fromS, long toS) {
        return ReadQuery.range(eeg.agentId("x", 0), List.of(), Workload.at(fromS), Workload.at(toS), null);
    }

    private static Object all(StoreNode store, ReadQuery query) throws Exception {
        return Waits.on(store.reader()
                .open(query.asPage(true))
                .compose(cursor -> PullLoop.whileTrue(() -> cursor.next().map(entries -> !cursor.ended()))
                        .map(cursor.opened())));
    }

    private static Object page(StoreNode store, Eeg eeg) throws Exception {
        ReadQuery query = new ReadQuery(
                        eeg.agentId("x", 0), List.of(), null, null, ReadQuery.COMMITTED, null, null, 0, 65_536)
                .asPage(true);
        return Waits.on(
                store.reader().open(query).compose(cursor -> cursor.next().onComplete(read -> cursor.close())));
    }

    private static Object plot(StoreNode store, Eeg eeg, long seconds) throws Exception {
        return Waits.on(store.service()
                .plot(new PlotQuery(
                        eeg.agentId("x", 0),
                        List.of(),
                        List.of(eeg.metrics().get(0)),
                        Workload.at(17.384),
                        Workload.at(17.384 + seconds),
                        1_000)));
    }

    /** Twice; the second one is shown, with what the first one has brought into memory. */
    private static void read(TestDatabase database, String what, Read read) throws Exception {
        read.run();
        long before = size(database);
        read.run();
        System.out.println("\n### " + what);
        try (var connection = BenchServer.connect(database);
                var statement = connection.prepareStatement("SELECT pg_read_file(?, ?, ?)")) {
            statement.setString(1, LOG);
            statement.setLong(2, before);
            statement.setLong(3, size(database) - before);
            try (var rows = statement.executeQuery()) {
                if (rows.next()) {
                    print(rows.getString(1));
                }
            }
        }
    }

    private static long size(TestDatabase database) throws SQLException {
        return BenchServer.number(database, "SELECT size FROM pg_stat_file('" + LOG + "')");
    }

    private static void print(String log) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        Map<String, String> first = new LinkedHashMap<>();
        Matcher plans = PLAN.matcher(log);
        while (plans.find()) {
            String plan = plans.group(2);
            if (TABLES.matcher(plan).find()) {
                String statement = plan.substring(0, Math.max(0, plan.indexOf("Query Parameters")));
                seen.merge(statement, 1, Integer::sum);
                first.putIfAbsent(statement, shown(plan) + "\n(" + plans.group(1) + " ms)");
            }
        }
        if (first.isEmpty()) {
            System.out.println("No statement on samples: answered from memory.");
        }
        first.forEach((statement, plan) -> System.out.println("```\n" + plan + "\n```\n"
                + (seen.getOrDefault(statement, 0) > 1
                        ? "and " + (seen.getOrDefault(statement, 0) - 1) + " more of this statement\n"
                        : "")));
    }

    private static String shown(String plan) {
        return COSTS.matcher(plan)
                .replaceAll("")
                .replace("\t", "")
                .lines()
                .map(line -> line.length() > WIDEST ? line.substring(0, WIDEST) + "…" : line)
                .collect(Collectors.joining("\n"))
                .stripTrailing();
    }
}
