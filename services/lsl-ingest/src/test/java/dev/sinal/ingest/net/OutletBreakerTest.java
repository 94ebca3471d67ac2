package dev.sinal.ingest.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutletBreakerTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger shut = new AtomicInteger();
    private Vertx vertx;
    private Context context;
    private OutletBreaker breaker;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
        breaker = new OutletBreaker(vertx, new OutletBreakers(metrics), "s1", new OutletBreaker.Outlet() {
            @Override
            public void open() {
                opened.incrementAndGet();
            }

            @Override
            public void shut(String reason) {
                shut.incrementAndGet();
            }
        });
        onLoop(breaker::start);
        await().until(() -> opened.get() == 1);
    }

    @AfterEach
    void stop() throws Exception {
        onLoop(breaker::close);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void threeFailuresCloseTheInletAndOneTryAtATimeFollows() {
        fail(3);

        await().until(() -> shut.get() == 1);
        assertThat(breaker.reason()).contains("refused");
        assertThat(state("open")).isEqualTo(1);
        await().until(() -> opened.get() == 2);
        assertThat(state("half_open")).isEqualTo(1);
        assertThat(breaker.reason()).isEmpty();

        fail(1);

        await().until(() -> shut.get() == 2);
        assertThat(breaker.reason()).contains("every 2 s");
        await().until(() -> opened.get() == 3);
        assertThat(metrics.get("sinal.ingest.outlet.breaker.opened").counter().count())
                .isEqualTo(2);
    }

    @Test
    void aConnectionThatLastsMakesUpForFailures() {
        fail(2);
        onLoop(breaker::connected);
        await().pollDelay(2500, TimeUnit.MILLISECONDS).until(() -> true);
        onLoop(() -> breaker.lost("EOF"));

        fail(2);

        await().during(300, TimeUnit.MILLISECONDS).until(() -> shut.get() == 0);
        assertThat(state("closed")).isEqualTo(1);
    }

    @Test
    void anOutletThatDropsConnectionsAtOnceIsNotOpenedAgainAndAgain() {
        for (int i = 0; i < 3; i++) {
            onLoop(breaker::connected);
            onLoop(() -> breaker.lost("EOF"));
            settle();
        }

        await().until(() -> shut.get() == 1);
        assertThat(breaker.reason()).contains("ended at once");
    }

    @Test
    void anotherOutletOfTheDeviceIsTriedAtOnce() {
        fail(3);
        await().until(() -> opened.get() == 2);
        fail(1);
        await().until(() -> opened.get() == 3);
        fail(1);
        await().until(() -> shut.get() == 3);

        onLoop(breaker::reset);

        await().atMost(2, TimeUnit.SECONDS).until(() -> opened.get() == 4);
        assertThat(state("closed")).isEqualTo(1);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            onLoop(() -> breaker.failed("refused"));
            settle();
        }
    }

    /** The library decides a turn later. */
    private void settle() {
        for (int turn = 0; turn < 3; turn++) {
            onLoop(() -> {});
        }
    }

    private double state(String state) {
        return metrics.get("sinal.ingest.outlet.breakers")
                .tag("state", state)
                .gauge()
                .value();
    }

    private void onLoop(Runnable work) {
        AtomicInteger done = new AtomicInteger();
        context.runOnContext(go -> {
            work.run();
            done.set(1);
        });
        await().pollInterval(5, TimeUnit.MILLISECONDS).until(() -> done.get() == 1);
    }
}
