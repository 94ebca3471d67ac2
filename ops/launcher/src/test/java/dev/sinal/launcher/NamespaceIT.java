package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.lab.Lab;
import dev.sinal.testkit.suite.LabCluster;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SuiteClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes on hosts of their own, each with all five services, and a numbered outlet on a fourth: the collecting node is cut off for 30 s, one is
 * killed, all are rolled. After each the suite works again by itself, and in the end every sample is accounted for.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NamespaceIT {
    private static final double RATE_HZ = 100;
    private static final Duration CUT = Duration.ofSeconds(30);
    private static final NumberedAgent AGENT = new NumberedAgent("numbered");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private LabCluster lab;

    @BeforeAll
    void startThreeNodes() throws Exception {
        Optional<String> missing = Lab.missing();
        if (System.getenv("SINAL_CI") == null) {
            assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElse(""));
        }
        assertThat(missing).isEmpty();
        lab = LabCluster.start(folder, List.of(AGENT), RATE_HZ);
        AGENT.start(lab.client("node-1"));
        AGENT.awaitStored(lab.client("node-1"), 200);
    }

    @AfterAll
    void stop() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Order(1)
    void afterACutOfThirtySecondsTheAgentRunsOnceAndTheBusWorks() throws Exception {
        String holder = AGENT.runningOn(lab.client("node-1"));
        String other = lab.nodeOtherThan(holder);

        long dropped = lab.cut(holder, CUT, () -> AGENT.awaitNodeOtherThan(lab.client(other), holder));

        assertThat(dropped).as("dropped packets").isPositive();
        lab.awaitEveryGatewayServes(AGENT);
        AGENT.awaitOneCollector(lab.client(other));
    }

    @Test
    @Order(2)
    void afterAKillTheAgentRunsElsewhereAndTheNodeComesBack() throws Exception {
        String holder = AGENT.runningOn(lab.client("node-1"));
        SuiteClient other = lab.client(lab.nodeOtherThan(holder));

        lab.cluster().node(holder).kill();

        AGENT.awaitNodeOtherThan(other, holder);
        AGENT.awaitMore(other, 100);
        lab.cluster().again(holder).awaitReady();
        lab.awaitEveryGatewayServes(AGENT);
    }

    @Test
    @Order(3)
    void afterEachNodeOfARollTheAgentGoesOn() throws Exception {
        for (String node : LabCluster.NODES) {
            assertThat(lab.cluster().node(node).terminate())
                    .as(lab.cluster().node(node).log())
                    .isZero();
            lab.cluster().again(node).awaitReady();
            AGENT.awaitMore(lab.client(node), 100);
        }
        lab.awaitEveryGatewayServes(AGENT);
    }

    @Test
    @Order(4)
    void everySampleIsStoredOnceOrInsideARecordedGap() throws Exception {
        SuiteClient client = lab.client("node-1");
        assertThat(AGENT.stop(client).getBoolean("drained")).isTrue();

        SampleAccount account = AGENT.awaitBalance(client);
        System.out.println("three hosts, cut + kill + roll: sent=" + lab.sent(AGENT) + " " + account.figures());
        assertThat(account.faults()).isEmpty();
    }
}
