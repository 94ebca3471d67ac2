package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ConsumerOptions;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.SamplePuller;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One inlet, many consumers. */
class ConsumersTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private final TestLab lab = new TestLab();
    private final Lsl lsl = lab.lsl();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final Recorder owner = new Recorder();
    private Outlet outlet;
    private Inlet inlet;

    @BeforeEach
    void open() {
        outlet = await(lsl.openOutlet(
                StreamInfo.builder("shared", "", 1, 0, ChannelFormat.INT32, "s").build(), OutletOptions.defaults()));
        inlet = lsl.openInlet(lab.find(lsl, "shared"), InletOptions.defaults(), owner);
        await(outlet.whenConsumers(1));
        await().until(() -> inlet.state() == Inlet.State.OPEN);
    }

    @AfterEach
    void close() {
        pool.shutdownNow();
        lab.close();
    }

    private void push(int from, int to) {
        for (int i = from; i < to; i++) {
            outlet.push(new int[] {i}, i);
        }
    }

    private static List<String> numbers(int from, int to) {
        List<String> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(Integer.toString(i));
        }
        return all;
    }

    @Test
    void allGetTheSameOverOneConnectionAndALateOneWhatComesAfterIt() {
        Recorder early = new Recorder();
        inlet.consume(early);
        await().until(() -> early.events.contains("opened"));
        push(1, 101);
        await().until(() -> early.count() == 100);
        Recorder late = new Recorder();
        Subscription subscription = inlet.consume(ConsumerOptions.defaults(), pool, late);
        await().until(() -> late.events.contains("opened"));
        push(101, 201);

        await().until(() -> owner.count() == 200 && early.count() == 200 && late.count() == 100);
        assertThat(early.texts()).isEqualTo(owner.texts()).isEqualTo(numbers(1, 201));
        assertThat(late.texts()).isEqualTo(numbers(101, 201));
        assertThat(outlet.consumers()).isEqualTo(1);
        assertThat(subscription.dropped()).isZero();
    }

    @Test
    void aConsumerThatStandsStillLosesItsOldestSamplesAndNobodyElseWaits() {
        CountDownLatch go = new CountDownLatch(1);
        Recorder slow = new Recorder() {
            @Override
            public void samples(SampleBatch batch) {
                await().until(() -> go.getCount() == 0);
                super.samples(batch);
            }
        };
        Subscription subscription = inlet.consume(ConsumerOptions.defaults().withMaxSamples(50), pool, slow);
        Recorder quick = new Recorder();
        inlet.consume(ConsumerOptions.defaults(), pool, quick);
        await().until(() -> slow.events.contains("opened") && quick.events.contains("opened"));
        push(1, 1001);

        await().until(() -> owner.count() == 1000 && quick.count() == 1000);
        assertThat(subscription.waiting()).isLessThanOrEqualTo(50);
        go.countDown();
        await().until(() -> slow.count() + subscription.dropped() == 1000);
        assertThat(subscription.dropped()).isPositive();
        assertThat(slow.texts()).last().isEqualTo("1000");
    }

    @Test
    void whoWantsTheLatestGetsTheNewestBatch() {
        CountDownLatch go = new CountDownLatch(1);
        Recorder viewer = new Recorder() {
            @Override
            public void samples(SampleBatch batch) {
                super.samples(batch);
                await().until(() -> go.getCount() == 0);
            }
        };
        Subscription subscription = inlet.consume(ConsumerOptions.latest(), pool, viewer);
        await().until(() -> viewer.events.contains("opened"));
        push(1, 2);
        await().until(() -> viewer.count() == 1);
        for (int i = 2; i < 10; i++) {
            push(i, i + 1);
            int seen = i;
            await().until(() -> owner.count() == seen);
        }
        go.countDown();

        await().until(() -> viewer.texts().contains("9"));
        assertThat(viewer.texts()).containsExactly("1", "9");
        assertThat(subscription.dropped()).isEqualTo(7);
    }

    @Test
    void aConsumerThatFailsOrLeavesHarmsNobody() {
        Recorder failing = new Recorder() {
            @Override
            public void samples(SampleBatch batch) {
                throw new IllegalStateException("on purpose");
            }
        };
        Recorder leaving = new Recorder();
        inlet.consume(failing);
        Subscription left = inlet.consume(ConsumerOptions.defaults(), pool, leaving);
        await().until(() -> leaving.events.contains("opened"));
        left.close();
        push(1, 11);

        await().until(() -> owner.count() == 10);
        assertThat(leaving.count()).isZero();
        assertThat(inlet.state()).isEqualTo(Inlet.State.OPEN);
    }

    @Test
    void aPullerGetsEverySampleAndHearsOfTheEnd() throws InterruptedException {
        SamplePuller puller = inlet.puller(ConsumerOptions.defaults());
        assertThat(puller.awaitOpen(LONG)).isTrue();
        push(1, 501);
        int[] values = new int[64];
        double[] stamps = new double[64];
        List<String> got = new ArrayList<>();
        while (got.size() < 500) {
            int samples = puller.pull(values, stamps, 1, LONG);
            assertThat(samples).isPositive();
            for (int i = 0; i < samples; i++) {
                got.add(Integer.toString(values[i]));
            }
        }
        assertThat(got).isEqualTo(numbers(1, 501));

        await(inlet.close());

        assertThatThrownBy(() -> puller.pull(values, stamps, 1, LONG)).isInstanceOf(LslException.class);
        assertThatThrownBy(() -> inlet.puller(ConsumerOptions.defaults()).pull(values, stamps, 1, LONG))
                .isInstanceOf(LslException.class)
                .hasMessage("the inlet is closed");
    }

    @Test
    void aPausedInletLeavesTheSamplesToTheOutletAndGetsThemLater() {
        await(inlet.pause());
        push(1, 101);
        await().during(Duration.ofMillis(300)).until(() -> owner.count() == 0);

        await(inlet.resume());

        await().until(() -> owner.count() == 100);
        assertThat(owner.texts()).isEqualTo(numbers(1, 101));
    }

    @Test
    void whatCameBeforeTheEndIsDeliveredFirstEvenWhilePaused() {
        await(inlet.pause());
        push(1, 101);

        await(outlet.close());

        await().until(() -> owner.events.size() == 2);
        assertThat(owner.events.get(1)).startsWith("lost: ");
        assertThat(owner.texts()).isEqualTo(numbers(1, 101));
    }
}
