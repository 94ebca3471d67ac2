package dev.sinal.bench;

import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.LiveReader;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SinalProcess;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * How long an agent is without a collector when its node dies: the node that holds it is killed (SIGKILL) again and again, at random moments, and
 * the time is taken until a live reader gets the first sample from the other node, and until the first one is committed. The limit is 15 s.
 *
 * <p>Usage: {@code FailOver [KILLS]}.
 */
public final class FailOver {
    private static final double RATE_HZ = 250;
    private static final double LIMIT_S = 15;
    private static final int POLL_MS = 20;
    private static final int MOST_WAIT_MS = 3_000;
    private static final long GIVE_UP_S = 90;

    private final NumberedAgent agent = new NumberedAgent("failover");
    private final List<Double> live = new ArrayList<>();
    private final List<Double> committed = new ArrayList<>();

    private FailOver() {}

    public static void main(String[] arguments) throws Exception {
        new FailOver().run(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10);
    }

    private void run(int kills) throws Exception {
        Path folder = Files.createTempDirectory("sinal-failover-");
        try (TestDatabase database = TestDatabase.fresh();
                Cluster cluster = Cluster.prepare(folder, database.uri(), 4, "192m");
                NumberedOutlet outlet = agent.outlet(cluster.lsl(), RATE_HZ)) {
            cluster.start("store", "telemetry-store");
            cluster.start("front", "agent-manager", "api-gateway");
            cluster.start("ingest-1", "lsl-ingest");
            cluster.start("ingest-2", "lsl-ingest");
            cluster.processes().forEach(SinalProcess::awaitReady);
            SuiteClient client = cluster.client("front");
            agent.start(client);
            agent.awaitStored(client, 500);

            Random random = new Random();
            System.out.println("kill | first live sample, s | first committed sample, s");
            for (int i = 1; i <= kills; i++) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_WAIT_MS));
                kill(i, cluster, client);
            }
            report("live", live);
            report("committed", committed);
            agent.stop(client);
            SampleAccount account = agent.awaitBalance(client);
            System.out.println("account: kills=" + kills + " sent=" + outlet.sent() + " " + account.figures());
            account.faults().forEach(fault -> System.out.println("  FAULT " + fault));
        }
    }

    private void kill(int number, Cluster cluster, SuiteClient client) throws Exception {
        String holder = agent.awaitNodeOtherThan(client, "");
        try (LiveReader reader = LiveReader.watch(client, agent.id(), null)) {
            await(() -> reader.samples() > 0);
            long before = newest(reader);

            long begin = System.nanoTime();
            cluster.node(holder).kill();

            double[] seconds = new double[2];
            await(() -> {
                double now = (System.nanoTime() - begin) / 1e9;
                seconds[0] = seconds[0] == 0 && newest(reader) > before ? now : seconds[0];
                seconds[1] = seconds[1] == 0 && newestCommitted(client) > before ? now : seconds[1];
                return seconds[0] > 0 && seconds[1] > 0;
            });
            live.add(seconds[0]);
            committed.add(seconds[1]);
            System.out.printf(Locale.ROOT, "%4d | %.2f | %.2f%n", number, seconds[0], seconds[1]);
        }
        cluster.again(holder).awaitReady();
    }

    private static long newest(LiveReader reader) {
        List<LiveReader.Chunk> chunks = reader.chunks();
        return chunks.get(chunks.size() - 1).epoch();
    }

    private long newestCommitted(SuiteClient client) throws IOException, InterruptedException {
        JsonArray rows =
                client.get("/telemetry/live?n=1&agent_id=" + agent.id()).getJsonArray("items");
        return rows.isEmpty() ? 0 : rows.getJsonObject(rows.size() - 1).getLong("epoch");
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_S);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("nothing came from the other node within " + GIVE_UP_S + " s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static void report(String what, List<Double> seconds) {
        List<Double> sorted = new ArrayList<>(seconds);
        Collections.sort(sorted);
        double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
        double longest = sorted.get(sorted.size() - 1);
        System.out.printf(
                Locale.ROOT,
                "%s: n=%d min %.2f s, median %.2f s, max %.2f s; limit %.0f s: %s%n",
                what,
                sorted.size(),
                sorted.get(0),
                median,
                longest,
                LIMIT_S,
                longest <= LIMIT_S ? "kept" : "missed");
    }
}
