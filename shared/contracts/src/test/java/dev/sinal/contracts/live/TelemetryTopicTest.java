package dev.sinal.contracts.live;

import static dev.sinal.contracts.Bus.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.Bus;
import dev.sinal.contracts.LiveTelemetry;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.Watch;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TelemetryTopicTest {
    private static final Duration LONGEST = Duration.ofSeconds(40);

    private final AtomicInteger watches = new AtomicInteger();
    private Bus bus;

    @AfterEach
    void close() {
        bus.close();
    }

    @ParameterizedTest
    @EnumSource
    void saysThatSomebodyWatchesAndReceives(Bus.Kind kind) {
        bus = Bus.open(kind);
        serve(this::granted);
        List<String> received = new CopyOnWriteArrayList<>();
        TelemetryTopic topic = TelemetryTopic.subscribe(bus.client(), "abc123")
                .handler(message -> TelemetrySample.each(message, sample -> received.add(sample.seq() + "")));
        await(topic.watched());

        publishUntil(received, 1);
        assertThat(received).contains("1");

        await(topic.close());
        await("one watch in one declaration")
                .untilAsserted(() -> assertThat(watches).hasValue(1));
    }

    @ParameterizedTest
    @EnumSource
    void watchesOnceHoweverManySubscribersThereAre(Bus.Kind kind) {
        bus = Bus.open(kind);
        serve(this::granted);
        TelemetryTopic one = TelemetryTopic.subscribe(bus.client(), "abc123");
        TelemetryTopic two = TelemetryTopic.subscribe(bus.client(), "abc123");
        await(Future.all(one.watched(), two.watched()));
        assertThat(watches).hasValue(1);

        await(one.close());
        await("renewed for the other one").atMost(LONGEST).until(() -> watches.get() >= 2);
        await(two.close());
        TelemetryTopic again = TelemetryTopic.subscribe(bus.client(), "abc123");
        await(again.watched());
        await(again.close());
    }

    @ParameterizedTest
    @EnumSource
    void outlivesAServiceThatIsNotThereYet(Bus.Kind kind) {
        bus = Bus.open(kind);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        TelemetryTopic topic = TelemetryTopic.subscribe(bus.client(), "abc123").exceptionHandler(failures::add);
        await("the outage is told").atMost(LONGEST).until(() -> !failures.isEmpty());
        assertThat(RpcError.of(failures.get(0))).isSameAs(RpcError.UNAVAILABLE);
        assertThat(topic.watched().isComplete()).isFalse();

        serve(this::granted);
        await(topic.watched());

        assertThat(failures).as("an outage is told once").hasSize(1);
        await(topic.close());
    }

    @ParameterizedTest
    @EnumSource
    void tellsARefusalByItsKind(Bus.Kind kind) {
        bus = Bus.open(kind);
        serve((agentId, ttlS) -> RpcError.NOT_FOUND.fail("no such id"));
        Promise<Throwable> failure = Promise.promise();
        TelemetryTopic topic =
                TelemetryTopic.subscribe(bus.client(), "not an id").exceptionHandler(failure::tryComplete);

        assertThat(RpcError.of(await(failure.future()))).isSameAs(RpcError.NOT_FOUND);
        await(topic.close());
    }

    @ParameterizedTest
    @EnumSource
    void anUndeployedVerticleWatchesNoMoreAndOthersGoOn(Bus.Kind kind) {
        bus = Bus.open(kind);
        serve(this::granted);
        String deployment = await(bus.client().deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                return TelemetryTopic.subscribe(vertx, "abc123").watched();
            }
        }));
        TelemetryTopic other = TelemetryTopic.subscribe(bus.client(), "abc123");
        await(other.watched());

        await(bus.client().undeploy(deployment));

        int before = watches.get();
        await("renewed without the verticle that began").atMost(LONGEST).until(() -> watches.get() > before);
        await(other.close());
    }

    private void publishUntil(List<String> received, int count) {
        // A new registration reaches the other member a moment after it is complete.
        await("samples arrive").atMost(LONGEST).until(() -> {
            bus.server().eventBus().publish(Addresses.telemetry("abc123"), update(1));
            return received.size() >= count;
        });
    }

    private static JsonObject update(long seq) {
        return new AcpMessage(
                        AcpMessage.TELEMETRY_UPDATE,
                        new JsonObject()
                                .put("agent_id", "abc123")
                                .put("stream", "main")
                                .put("epoch", 7)
                                .put("seq", seq)
                                .put("metrics", new JsonObject().put("heart_rate", 72)),
                        "2026-01-02T03:04:05.000000000Z",
                        new JsonObject())
                .toJson();
    }

    private Future<Watch> granted(String agentId, int ttlS) {
        watches.incrementAndGet();
        return Future.succeededFuture(new Watch(agentId, Addresses.telemetry(agentId), ttlS));
    }

    private void serve(LiveTelemetry service) {
        MessageConsumer<JsonObject> consumer = new ServiceBinder(bus.server())
                .setAddress(Addresses.LIVE_TELEMETRY)
                .register(LiveTelemetry.class, service);
        await(consumer.completion());
    }
}
