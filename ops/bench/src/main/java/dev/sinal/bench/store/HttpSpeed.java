package dev.sinal.bench.store;

import dev.sinal.bench.NodeProcess;
import dev.sinal.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Pages of history and pushes of one sample through the gateway, beside a small service in Python on rows of jsonb; one process each. */
final class HttpSpeed {
    private static final String OURS = "suite: page of history, 100 rows of 4 values";
    private static final String FRAMEWORK = "FastAPI: page, JSON by the framework";
    private static final String BY_HAND = "FastAPI: page, JSON text by hand";
    private static final String OUR_PUSH = "suite: POST of one sample, after COMMIT";
    private static final String PEER_PUSH = "FastAPI: POST of one sample, one INSERT";
    private static final int PAGE_CONNECTIONS = 32;
    private static final int PUSH_CONNECTIONS = 64;
    private static final int HEAP_MIB = 512;
    /** Before a way counts: services run for weeks, and half of the first seconds' processor time is the compiler's. */
    private static final int WARM_ROUNDS = 4;

    private static final String STATEMENTS =
            "SELECT format('%10s %10s %10s  %s', calls, round((total_plan_time / calls)::numeric, 3),"
                    + " round((total_exec_time / calls)::numeric, 3), left(regexp_replace(query, '\\s+', ' ', 'g'), 110))"
                    + " FROM pg_stat_statements WHERE calls > 100 ORDER BY total_plan_time + total_exec_time DESC LIMIT 8";

    private final Options options;
    private final BenchServer server;

    private record Seen(Wrk.Result result, double service, double database) {
        double serviceMicros() {
            return service / result.requests() * 1e6;
        }

        double databaseMicros() {
            return database / result.requests() * 1e6;
        }
    }

    private interface Shot {
        Wrk.Result run() throws Exception;
    }

    private record Way(long pid, Shot shot, List<Seen> seen) {}

    private final Map<String, Way> ways = new LinkedHashMap<>();

    HttpSpeed(Options options, BenchServer server) {
        this.options = options;
        this.server = server;
    }

    void run() throws Exception {
        String missing = FastApi.missing();
        if (!missing.isEmpty()) {
            System.out.println("http is left out; it needs Debian's packages: apt-get install " + missing);
            return;
        }
        Path folder = Files.createTempDirectory("sinal-bench-http-");
        try (TestDatabase database = server.database();
                FastApiRun peer = new FastApiRun(folder, database)) {
            run(folder, database, peer.service);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private final class FastApiRun implements AutoCloseable {
        private final FastApi service;
        private final Vitals vitals = new Vitals((int) options.amount(500, 50));
        private final long samples = options.amount(2_000, 600);

        FastApiRun(Path folder, TestDatabase database) throws Exception {
            fill(database);
            service = FastApi.start(folder, database.uri());
        }

        private void fill(TestDatabase database) throws Exception {
            JsonbRows rows = new JsonbRows(database);
            rows.create();
            try (StoreNode store = new StoreNode(database.uri(), Packing.OFF);
                    PackedFill fill = new PackedFill(store.vertx(), database)) {
                for (int person = 0; person < vitals.people(); person++) {
                    fill.fill(vitals, "rows", person, samples);
                }
            }
            rows.ingest(JsonbRows.of(vitals), 0, samples * vitals.people(), 1_000);
            BenchServer.run(database, "VACUUM ANALYZE " + JsonbRows.TABLE, "ANALYZE");
        }

        @Override
        public void close() throws Exception {
            service.close();
        }
    }

    private void run(Path folder, TestDatabase database, FastApi peer) throws Exception {
        Map<String, String> environment = Map.of(
                "SINAL_DATABASE_URI",
                database.uri(),
                "SINAL_AUTH_KEY_FILE",
                folder.resolve("keys.json").toString());
        NodeProcess.say(options.sinal(), environment, "keys", "init");
        String token = NodeProcess.say(options.sinal(), environment, "token", "--role", "admin");
        Wrk wrk = new Wrk(folder);
        int seconds = (int) options.amount(4, 2);
        String agents = Long.toString(options.amount(500, 50));
        String minutes = Long.toString(options.amount(2_000, 600) / 60 - 2);
        try (NodeProcess suite = NodeProcess.start(
                options.sinal(),
                folder,
                "suite",
                HEAP_MIB,
                environment,
                List.of(
                        "up",
                        "--data-dir",
                        folder.resolve("data").toString(),
                        "--port",
                        "0",
                        "--set",
                        "http.rate=1000000",
                        "--set",
                        "http.burst=1000000",
                        // No proxy stands in front: both services keep connections open.
                        "--set",
                        "http.closeAfterBody=false"))) {
            String url = suite.awaitReady().getString("url");
            add(
                    OURS,
                    suite.pid(),
                    () -> wrk.run(
                            url,
                            "history.lua",
                            PAGE_CONNECTIONS,
                            seconds,
                            "/telemetry/history",
                            "w2-rows-",
                            agents,
                            minutes,
                            token));
            add(
                    FRAMEWORK,
                    peer.pid(),
                    () -> wrk.run(
                            peer.url(),
                            "history.lua",
                            PAGE_CONNECTIONS,
                            seconds,
                            "/telemetry/history",
                            "w2-rows-",
                            agents,
                            minutes));
            add(
                    BY_HAND,
                    peer.pid(),
                    () -> wrk.run(
                            peer.url(),
                            "history.lua",
                            PAGE_CONNECTIONS,
                            seconds,
                            "/telemetry/text",
                            "w2-rows-",
                            agents,
                            minutes));
            int[] day = {1};
            add(
                    OUR_PUSH,
                    suite.pid(),
                    () -> wrk.run(
                            url, "push.lua", PUSH_CONNECTIONS, seconds, "push-", Integer.toString(++day[0]), token));
            add(PEER_PUSH, peer.pid(), () -> wrk.run(peer.url(), "push.lua", PUSH_CONNECTIONS, seconds, "push-", "1"));
            BenchServer.run(database, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
            measure((int) options.amount(WARM_ROUNDS, 1), Math.min(3, options.rounds()));
            print();
            statements(database);
        }
    }

    private void add(String name, long pid, Shot shot) {
        if (options.only().matcher(name).find()) {
            ways.put(name, new Way(pid, shot, new ArrayList<>()));
        }
    }

    private void measure(int warm, int rounds) throws Exception {
        List<Way> order = new ArrayList<>(ways.values());
        for (int round = 0; round < warm + rounds; round++) {
            for (int i = 0; i < order.size(); i++) {
                Way way = order.get(round % 2 == 0 ? i : order.size() - 1 - i);
                double service = CpuTime.tree(way.pid());
                double database = server.cpu();
                Wrk.Result result = way.shot().run();
                if (round >= warm) {
                    way.seen().add(new Seen(result, CpuTime.tree(way.pid()) - service, server.cpu() - database));
                }
            }
        }
    }

    private void print() throws IOException {
        System.out.printf(
                "%nHTTP, one process each, wrk with %d connections (pages) and %d (pushes) on the same machine%n%-48s %10s %9s %9s %14s %14s%n",
                PAGE_CONNECTIONS,
                PUSH_CONNECTIONS,
                "",
                "requests/s",
                "p50 ms",
                "p99 ms",
                "service us/req",
                "database us/req");
        ways.forEach((name, way) -> System.out.printf(
                Locale.ROOT,
                "%-48s %10.0f %9.2f %9.1f %14.0f %14.0f%n",
                name,
                median(way, seen -> seen.result().perSecond()),
                median(way, seen -> seen.result().p50()),
                median(way, seen -> seen.result().p99()),
                median(way, Seen::serviceMicros),
                median(way, Seen::databaseMicros)));
        if (!options.complete()) {
            return;
        }
        Goals.atLeast("history pages against FastAPI", perSecond(OURS) / perSecond(FRAMEWORK), 12);
        Goals.say("history pages against FastAPI with JSON by hand", perSecond(OURS) / perSecond(BY_HAND));
        Goals.atLeast("POST of a sample against FastAPI", perSecond(OUR_PUSH) / perSecond(PEER_PUSH), 5);
    }

    /** What the database's time went into. */
    private static void statements(TestDatabase database) throws Exception {
        System.out.printf("%n%10s %10s %10s  statement%n", "calls", "plan ms", "run ms");
        for (String line : BenchServer.lines(database, STATEMENTS)) {
            System.out.println(line);
        }
    }

    private double perSecond(String name) throws IOException {
        Way way = ways.get(name);
        if (way == null) {
            throw new IOException(name);
        }
        return median(way, seen -> seen.result().perSecond());
    }

    private static double median(Way way, java.util.function.ToDoubleFunction<Seen> figure) {
        double[] sorted = way.seen().stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
