package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SuiteClient;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Ingest, then the store, die by SIGKILL while numbered samples flow; afterwards every sample is accounted for. */
final class KillIT {
    private static final double RATE_HZ = 250;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void everySampleIsStoredOnceOrInsideARecordedGap() throws Exception {
        NumberedAgent agent = new NumberedAgent("numbered");
        try (TestDatabase database = TestDatabase.fresh();
                Cluster cluster = Cluster.prepare(folder, database.uri(), 3, "384m");
                NumberedOutlet outlet = agent.outlet(cluster.lsl(), RATE_HZ)) {
            cluster.start("store", "telemetry-store");
            cluster.start("ingest", "lsl-ingest");
            cluster.start("front", "agent-manager", "api-gateway");
            cluster.processes().forEach(process -> process.awaitReady());
            SuiteClient client = cluster.client("front");
            agent.start(client);
            agent.awaitStored(client, 500);

            cluster.node("ingest").kill();
            cluster.again("ingest").awaitReady();
            agent.awaitMore(client, 500);

            cluster.node("store").kill();
            long whileDown = outlet.sent() + 500;
            Awaitility.await().atMost(PATIENCE).until(() -> outlet.sent() > whileDown);
            cluster.again("store").awaitReady();
            agent.awaitMore(client, 1_000);

            assertThat(agent.stop(client).getBoolean("drained")).isTrue();

            SampleAccount account = agent.account(client);
            System.out.println("kill -9 account: sent=" + outlet.sent() + " " + account.figures());
            assertThat(account.faults()).isEmpty();
            assertThat(account.missing())
                    .as("ingest was away: something must be missing")
                    .isPositive();
        }
    }
}
