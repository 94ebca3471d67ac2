package dev.sinal.runtime.cluster;

import static dev.sinal.runtime.cluster.TestMembers.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.hazelcast.multimap.MultiMap;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.BusVersion;
import dev.sinal.runtime.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults that partitions leave behind, made by hand in the cluster's own maps and in a sender's cache. */
final class BusWatchTest {
    private static final String ADDRESS = "echo";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestMembers ports = new TestMembers(2);
    private final List<Vertx> started = new ArrayList<>();
    private final MeterRegistry firstMetrics = new SimpleMeterRegistry();
    private final MeterRegistry secondMetrics = new SimpleMeterRegistry();
    private final Health firstHealth = new Health();
    private Cluster first;
    private Cluster second;
    private BusWatch firstWatch;

    @BeforeEach
    void join() throws Exception {
        first = member("first", 0);
        second = member("second", 1);
        await(first.vertx()
                .eventBus()
                .consumer(ADDRESS, message -> message.reply("here"))
                .completion());
        firstWatch = new BusWatch(first, firstHealth, firstMetrics, pace());
        await(first.vertx().deployVerticle(firstWatch));
        await(second.vertx().deployVerticle(new BusWatch(second, new Health(), secondMetrics, pace())));
        awaitEcho();
    }

    @AfterEach
    void leave() throws Exception {
        for (Vertx vertx : started) {
            await(vertx.close());
        }
    }

    @Test
    void anAddressThatWasLostFromTheClustersListIsPutBack() throws Exception {
        subscriptions(second).remove(ADDRESS);

        Awaitility.await().atMost(PATIENCE).until(() -> heals(firstMetrics, "registrations") >= 1);
        awaitEcho();
    }

    @Test
    void addressesOfNodesThatAreGoneAreRemoved() throws Exception {
        subscriptions(first).put(ADDRESS, new HazelcastRegistrationInfo(new RegistrationInfo("gone", 1, false)));

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> heals(firstMetrics, "ghosts") + heals(secondMetrics, "ghosts") == 1);
        assertThat(subscriptions(second).get(ADDRESS)).hasSize(1);
    }

    @Test
    void aSenderThatMissedAnEventReadsTheListAgain() throws Exception {
        String firstPing = Addresses.nodePing(first.self().nodeId());
        mislead(firstPing);
        mislead(ADDRESS);
        assertThat(catchThrowable(this::echo)).isNotNull();

        Awaitility.await().atMost(PATIENCE).until(() -> heals(secondMetrics, "senders") >= 1);
        awaitEcho();
    }

    @Test
    void aNodeWhosePeersAreSilentThoughListedSaysThatItIsLost() throws Exception {
        Awaitility.await().atMost(PATIENCE).until(firstHealth::ready);
        Peer mute = new Peer("mute", "mute", "1", BusVersion.CURRENT);
        member(mute, 2);
        member(new Peer("mute-2", "mute-2", "1", BusVersion.CURRENT), 3);

        String reason = await(firstWatch.lost());

        assertThat(reason).contains("mute does not answer on the bus");
        assertThat(firstHealth.ready()).isFalse();
    }

    /** As if Hazelcast's event of a change had never come. */
    private void mislead(String address) {
        second.registry().tellSenders(address, List.of(new RegistrationInfo("gone", 1, false)));
    }

    private static BusWatch.Pace pace() {
        return new BusWatch.Pace(
                Duration.ofMillis(300),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                new PeerBook.Limits(Duration.ofSeconds(5), 3, Duration.ofSeconds(4)));
    }

    private String echo() throws Exception {
        return (String)
                await(second.vertx().eventBus().request(ADDRESS, "?", new DeliveryOptions().setSendTimeout(2_000)))
                        .body();
    }

    private void awaitEcho() {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptionsMatching(failure ->
                        failure.getCause() instanceof ReplyException || failure.getCause() instanceof RuntimeException)
                .until(() -> echo().equals("here"));
    }

    private static double heals(MeterRegistry metrics, String what) {
        return metrics.counter("sinal.cluster.heals", "what", what).count();
    }

    private static MultiMap<String, HazelcastRegistrationInfo> subscriptions(Cluster cluster) {
        return cluster.registry().getHazelcastInstance().getMultiMap(ClusterRegistry.SUBSCRIPTIONS);
    }

    private Cluster member(String name, int number) throws Exception {
        return member(new Peer(name, name, "1", BusVersion.CURRENT), number);
    }

    private Cluster member(Peer self, int number) throws Exception {
        int port = number < 2 ? ports.port(number) : TestMembers.freePort();
        Cluster cluster = await(Cluster.join(
                Vertx.builder()
                        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(TestMembers.HOST))),
                new ClusterConfig(TestMembers.HOST, port, new Discovery.Members(ports.addresses()), ports.name()),
                self));
        started.add(cluster.vertx());
        return cluster;
    }
}
