package dev.sinal.ingest.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseKeeperIT {
    private static final Duration SHORT = Duration.ofMillis(600);

    private final List<LeaseKeeper> keepers = new ArrayList<>();
    private TestDatabase server;
    private Vertx vertx;

    @BeforeEach
    void open() {
        server = TestDatabase.fresh();
        vertx = Vertx.vertx();
    }

    @AfterEach
    void close() throws Exception {
        for (LeaseKeeper keeper : keepers) {
            get(keeper.close());
        }
        get(vertx.close());
        server.close();
    }

    @Test
    void twoNodesAtTheSameTimeShareTheAgentsAndNeverHaveTheSame() throws Exception {
        LeaseKeeper a = keeper("log-a", AgentLeases.TTL);
        LeaseKeeper b = keeper("log-b", AgentLeases.TTL);
        List<String> wanted = List.of("a1", "a2", "a3", "a4", "a5", "a6");

        for (int round = 0; round < 5; round++) {
            get(Future.all(a.round(wanted), b.round(wanted)));
            Set<String> ofA = a.held().keySet();
            assertThat(b.held().keySet()).noneMatch(ofA::contains);
            assertThat(ofA.size() + b.held().size()).isEqualTo(6);
        }
    }

    @Test
    void anExpiredLeaseIsTakenByAnotherWithALargerFenceAndTheOldHolderLearnsIt() throws Exception {
        LeaseKeeper old = keeper("log-a", SHORT);
        get(old.round(List.of("a1")));
        assertThat(old.fence("a1")).isEqualTo(1);

        AgentLeases others =
                new AgentLeases(new Database(server.uri()).pool(vertx, "other", 1, 2_000), "log-b", "b", SHORT);
        assertThat(get(others.take("a1", false)))
                .as("not while it may only take what is free")
                .isEmpty();
        await().until(() -> get(others.take("a1", true)).isPresent());

        assertThat(get(others.renew(Map.of("a1", 2L)))).containsExactly("a1");
        get(old.round(List.of()));
        assertThat(old.held()).isEmpty();
    }

    @Test
    void aHolderThatComesLateGoesOnIfNobodyTookItsLease() throws Exception {
        LeaseKeeper holder = keeper("log-a", Duration.ofMillis(1));
        get(holder.round(List.of("a1")));

        get(holder.round(List.of("a1")));

        assertThat(holder.held()).containsEntry("a1", 1L);
    }

    @Test
    void aServerThatTakesConnectionsAndSaysNothingDoesNotHoldUpTheCollection() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Database stopped = new Database("postgresql://u:p@127.0.0.1:" + silent.getLocalPort() + "/d");
            LeaseKeeper keeper = new LeaseKeeper(vertx, stopped, "log-a", "a", AgentLeases.TTL, new Random());
            keepers.add(keeper);

            get(keeper.round(List.of("a1")));

            assertThat(keeper.answering()).isFalse();
            keeper.assume("a1", 7);
            assertThat(keeper.fence("a1")).isEqualTo(7);
        }
    }

    @Test
    void whoHasTheSameLogTakesItsLeaseBackAtOnceWithALargerFence() throws Exception {
        LeaseKeeper before = keeper("log-a", AgentLeases.TTL);
        get(before.round(List.of("a1")));

        LeaseKeeper restarted = keeper("log-a", AgentLeases.TTL);
        get(restarted.round(List.of("a1")));

        assertThat(restarted.held()).containsEntry("a1", 2L);
    }

    @Test
    void aReleasedLeaseIsFreeAtOnce() throws Exception {
        LeaseKeeper a = keeper("log-a", AgentLeases.TTL);
        LeaseKeeper b = keeper("log-b", AgentLeases.TTL);
        get(a.round(List.of("a1")));
        get(a.release("a1"));

        get(b.round(List.of("a1")));

        assertThat(b.held()).containsEntry("a1", 2L);
    }

    @Test
    void withoutTheDatabaseTheHolderKeepsWhatItHas() throws Exception {
        LeaseKeeper holder = new LeaseKeeper(
                vertx,
                new Database("postgresql://nobody:x@127.0.0.1:1/none"),
                "log-a",
                "a",
                AgentLeases.TTL,
                new Random(1));
        keepers.add(holder);
        holder.assume("a1", 5);

        get(holder.round(List.of("a1", "a2")));

        assertThat(holder.answering()).isFalse();
        assertThat(holder.held()).containsExactly(Map.entry("a1", 5L));
    }

    private LeaseKeeper keeper(String owner, Duration ttl) {
        LeaseKeeper keeper = new LeaseKeeper(vertx, new Database(server.uri()), owner, owner, ttl, new Random(1));
        keepers.add(keeper);
        return keeper;
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
