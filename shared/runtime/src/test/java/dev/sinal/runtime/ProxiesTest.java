package dev.sinal.runtime;

import static dev.sinal.runtime.cluster.TestMembers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.runtime.cluster.TestMembers;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class ProxiesTest {
    private static final String ADDRESS = "echo";

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> answeredBy = ConcurrentHashMap.newKeySet();

    /** With a plain {@code unregister} the requests that are on their way when it is called end in a timeout. */
    @Test
    void aNodeThatRetiresItsConsumerLosesNoRequestOfItsPeers() throws Exception {
        try (TestMembers members = new TestMembers(3)) {
            Vertx stays = members.join();
            Vertx leaves = members.join();
            Vertx asks = members.join();
            await(consumer(stays, "stays").completion());
            MessageConsumer<String> leaving = consumer(leaves, "leaves");
            await(leaving.completion());
            awaitAnswersOf(asks, Set.of("stays", "leaves"));

            long timer = asks.setPeriodic(1, tick -> ask(asks));
            awaitAsked(200);
            await(Proxies.retire(leaves, leaving));
            await(leaves.close());
            awaitAsked(200);
            asks.cancelTimer(timer);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> answered.get() + failures.size() == asked.get());

            assertThat(failures).isEmpty();
            answeredBy.clear();
            awaitAnswersOf(asks, Set.of("stays"));
        }
    }

    @Test
    void onALocalBusItSimplyUnregisters() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            MessageConsumer<String> consumer = consumer(vertx, "local");
            await(Proxies.retire(vertx, consumer));

            assertThat(consumer.isRegistered()).isFalse();
        } finally {
            await(vertx.close());
        }
    }

    private static MessageConsumer<String> consumer(Vertx vertx, String name) {
        return vertx.eventBus().consumer(ADDRESS, message -> message.reply(name));
    }

    private void ask(Vertx vertx) {
        asked.incrementAndGet();
        vertx.eventBus()
                .<String>request(ADDRESS, "?", new DeliveryOptions().setSendTimeout(5_000))
                .onComplete(
                        reply -> {
                            answeredBy.add(reply.body());
                            answered.incrementAndGet();
                        },
                        failures::add);
    }

    private void awaitAnswersOf(Vertx asks, Set<String> names) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            ask(asks);
            return answeredBy.containsAll(names);
        });
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answered.get() + failures.size() == asked.get());
        failures.clear();
        asked.set(0);
        answered.set(0);
    }

    private void awaitAsked(int more) {
        int goal = asked.get() + more;
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() >= goal);
    }
}
