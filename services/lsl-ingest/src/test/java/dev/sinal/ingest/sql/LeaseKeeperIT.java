package dev.sinal.ingest.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.ingest.bus.Leases;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TcpRelay;
import dev.sinal.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
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
            get(Future.all(a.round(Leases.Round.of(wanted)), b.round(Leases.Round.of(wanted))));
            Set<String> ofA = a.held().keySet();
            assertThat(b.held().keySet()).noneMatch(ofA::contains);
            assertThat(ofA.size() + b.held().size()).isEqualTo(6);
        }
    }

    @Test
    void anExpiredLeaseIsTakenByAnotherWithALargerFenceAndTheOldHolderLearnsIt() throws Exception {
        LeaseKeeper old = keeper("log-a", SHORT);
        get(old.round(Leases.Round.of(List.of("a1"))));
        assertThat(old.fence("a1")).isEqualTo(1);

        AgentLeases others =
                new AgentLeases(new Database(server.uri()).pool(vertx, "other", 1, 2_000), "log-b", "b", SHORT);
        assertThat(get(others.take(List.of("a1"), false)))
                .as("not while it may only take what is free")
                .isEmpty();
        await().until(() -> !get(others.take(List.of("a1"), true)).isEmpty());

        assertThat(get(others.round(Leases.Round.of(List.of()), Map.of("a1", 2L), null))
                        .renewed())
                .containsExactly("a1");
        get(old.round(Leases.Round.of(List.of())));
        assertThat(old.held()).isEmpty();
    }

    @Test
    void aHolderThatComesLateGoesOnIfNobodyTookItsLease() throws Exception {
        LeaseKeeper holder = keeper("log-a", Duration.ofMillis(1));
        get(holder.round(Leases.Round.of(List.of("a1"))));

        get(holder.round(Leases.Round.of(List.of("a1"))));

        assertThat(holder.held()).containsEntry("a1", 1L);
    }

    @Test
    void aServerThatTakesConnectionsAndSaysNothingDoesNotHoldUpTheCollection() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Database stopped = new Database("postgresql://u:p@127.0.0.1:" + silent.getLocalPort() + "/d");
            LeaseKeeper keeper = new LeaseKeeper(
                    vertx, stopped, "log-a", "a", AgentLeases.TTL, new Random(), new SimpleMeterRegistry());
            keepers.add(keeper);

            get(keeper.round(Leases.Round.of(List.of("a1"))));

            assertThat(keeper.answering()).isFalse();
            keeper.assume("a1", 7);
            assertThat(keeper.fence("a1")).isEqualTo(7);
        }
    }

    @Test
    void whoHasTheSameLogTakesItsLeaseBackAtOnceWithALargerFence() throws Exception {
        LeaseKeeper before = keeper("log-a", AgentLeases.TTL);
        get(before.round(Leases.Round.of(List.of("a1"))));

        LeaseKeeper restarted = keeper("log-a", AgentLeases.TTL);
        get(restarted.round(Leases.Round.of(List.of("a1"))));

        assertThat(restarted.held()).containsEntry("a1", 2L);
    }

    @Test
    void aReleasedLeaseIsFreeAtOnce() throws Exception {
        LeaseKeeper a = keeper("log-a", AgentLeases.TTL);
        LeaseKeeper b = keeper("log-b", AgentLeases.TTL);
        get(a.round(Leases.Round.of(List.of("a1"))));
        get(a.release("a1", "log-b"));

        get(b.round(Leases.Round.of(List.of("a1"))));

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
                new Random(1),
                new SimpleMeterRegistry());
        keepers.add(holder);
        holder.assume("a1", 5);

        get(holder.round(Leases.Round.of(List.of("a1", "a2"))));

        assertThat(holder.answering()).isFalse();
        assertThat(holder.held()).containsExactly(Map.entry("a1", 5L));
    }

    @Test
    void agentsThatStartTogetherSpreadOverTheNodesThatAreThere() throws Exception {
        LeaseKeeper a = keeper("log-a", AgentLeases.TTL);
        LeaseKeeper b = keeper("log-b", AgentLeases.TTL);
        get(Future.all(a.round(Leases.Round.of(List.of())), b.round(Leases.Round.of(List.of()))));
        get(a.round(Leases.Round.of(List.of())));
        List<String> four = List.of("a1", "a2", "a3", "a4");

        get(Future.all(a.round(Leases.Round.of(four)), b.round(Leases.Round.of(four))));

        assertThat(a.held()).hasSize(2);
        assertThat(b.held()).hasSize(2);
    }

    @Test
    void whatTheFirstDoesNotTakeTheNextTakesALittleLater() throws Exception {
        LeaseKeeper deaf = keeper("log-a", AgentLeases.TTL);
        LeaseKeeper b = keeper("log-b", AgentLeases.TTL);
        get(deaf.round(Leases.Round.of(List.of())));
        Leases.Round wish = new Leases.Round(List.of(new Leases.Wanted("a1", "log-a")), 0, false, Map.of());

        get(b.round(wish));
        assertThat(b.held()).as("it is the other's turn").isEmpty();

        await().until(() -> {
            get(b.round(wish));
            return b.held().containsKey("a1");
        });
    }

    @Test
    void aNodeThatIsBeingDrainedTakesNothing() throws Exception {
        LeaseKeeper a = keeper("log-a", AgentLeases.TTL);
        Leases.Round draining = new Leases.Round(List.of(new Leases.Wanted("a1", null)), 0, true, Map.of());

        get(a.round(draining));

        assertThat(a.held()).isEmpty();
    }

    @Test
    void aHolderThatWasAwayNeverRenewsWhatAnotherTookAndKeepsItsOldFence() throws Exception {
        LeaseKeeper old = keeper("log-a", SHORT);
        LeaseKeeper other = keeper("log-b", AgentLeases.TTL);
        get(old.round(Leases.Round.of(List.of("a1"))));
        get(other.round(Leases.Round.of(List.of("a1"))));
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            get(other.round(Leases.Round.of(List.of("a1"))));
            return other.held().containsKey("a1");
        });
        long taken = other.fence("a1");

        get(old.round(Leases.Round.of(List.of("a1"))));
        get(other.round(Leases.Round.of(List.of("a1"))));

        assertThat(old.held()).isEmpty();
        assertThat(taken).isEqualTo(2);
        assertThat(other.held()).containsEntry("a1", 2L);
    }

    @Test
    void whoTakesOverAndWhoGoesAgreeInTheRowAndANodeThatHearsNothingGivesBack() throws Exception {
        LeaseKeeper a = keeper("log-a", AgentLeases.TTL);
        LeaseKeeper b = keeper("log-b", AgentLeases.TTL);
        Leases.Round one = Leases.Round.of(List.of("a1"));
        get(a.round(one));
        get(b.round(one));

        assertThat(get(b.takeOver("a1"))).isTrue();
        get(b.propose("a1", new JsonObject().put("s", 7.5)));
        get(a.round(one));
        assertThat(a.held()).isEmpty();
        assertThat(a.row("a1").passedFrom("log-a", 1)).isTrue();
        assertThat(a.row("a1").cuts()).isEqualTo(new JsonObject().put("s", 7.5));
        get(a.answer("a1", 1, new JsonObject().put("cuts", new JsonObject().put("s", true))));
        get(b.round(one));
        assertThat(b.row("a1").answer().getJsonObject("cuts").getBoolean("s")).isTrue();
        assertThat(b.row("a1").arrived()).isFalse();

        get(b.giveBack("a1"));
        get(a.round(one));
        assertThat(a.held()).containsEntry("a1", 4L);
        get(b.round(one));
        assertThat(b.held()).isEmpty();
    }

    @Test
    void certaintyEndsBeforeTheLeaseAndAHostThatIsGoneDoesNotBlockTheConnection() throws Exception {
        try (TcpRelay relay = TcpRelay.open(URI.create(server.uri()).getPort())) {
            String uri = server.uri().replace(":" + URI.create(server.uri()).getPort(), ":" + relay.port());
            LeaseKeeper holder = keeper(new Database(uri), "log-a", AgentLeases.TTL);
            LeaseKeeper other = keeper("log-b", AgentLeases.TTL);
            Leases.Round one = Leases.Round.of(List.of("a1"));
            get(holder.round(one));
            assertThat(holder.certain("a1")).isTrue();
            get(other.round(one));

            relay.hang();
            await().atMost(Duration.ofSeconds(15)).until(() -> !holder.certain("a1"));
            get(other.round(one));
            assertThat(other.row("a1").leftMs()).as("by the database clock").isPositive();
            assertThat(holder.held()).as("a passive agent goes on").containsKey("a1");
            get(holder.round(one));
            assertThat(holder.answering()).isFalse();

            relay.goOn();
            relay.shut(); // what hung is never answered
            relay.open();
            get(holder.round(one));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                get(holder.round(one));
                return holder.answering();
            });
        }
    }

    private LeaseKeeper keeper(String owner, Duration ttl) {
        return keeper(new Database(server.uri()), owner, ttl);
    }

    private LeaseKeeper keeper(Database database, String owner, Duration ttl) {
        LeaseKeeper keeper =
                new LeaseKeeper(vertx, database, owner, owner, ttl, new Random(1), new SimpleMeterRegistry());
        keepers.add(keeper);
        return keeper;
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
