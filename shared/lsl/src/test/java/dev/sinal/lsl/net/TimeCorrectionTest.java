package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockReset;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslTuning;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.post.PostProcessing;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock of a true outlet, made another one and seen through a bad network. */
class TimeCorrectionTest {
    private static final InletOptions QUICK = InletOptions.defaults().withProbeInterval(Duration.ofMillis(700));

    private final TestLab lab = new TestLab();
    private final Recorder recorder = new Recorder();
    private Lsl lsl;
    private Outlet outlet;
    private UdpProxy proxy;

    @BeforeEach
    void open() {
        lsl = lab.lsl();
        outlet = await(lsl.openOutlet(
                StreamInfo.builder("clock", "Test", 1, 100, ChannelFormat.INT32, "clock-1")
                        .build(),
                OutletOptions.defaults()));
        proxy = new UdpProxy(lab.vertx(), outlet.info().v4().servicePort());
    }

    @AfterEach
    void close() {
        proxy.close();
        lab.close();
    }

    /** One reply is enough, so that a busy machine does not spoil a wave. */
    private void patient() {
        lsl = lab.lsl(lab.config()
                .withTuning(LslTuning.defaults().withTimeProbes(4, 1, Duration.ofMillis(50), Duration.ofMillis(500))));
    }

    private Inlet inlet(InletOptions options) {
        StreamInfo found = lab.find(lsl, "clock");
        Endpoint there = found.v4();
        return lsl.openInlet(
                found.withEndpoints(new Endpoint(there.address(), there.dataPort(), proxy.port()), Endpoint.NONE),
                options,
                recorder);
    }

    private List<ClockProbe> probes(int atLeast) {
        await().atMost(Duration.ofSeconds(30)).until(() -> recorder.probes.size() >= atLeast);
        return List.copyOf(recorder.probes);
    }

    /** The promise: the truth is within half the round trip. A little is left for clocks read one after the other. */
    private static void assertHonest(ClockProbe probe, double truth) {
        assertThat(probe.ok()).as(probe.reason()).isTrue();
        assertThat(probe.rtt()).isPositive();
        assertThat(probe.correction()).isEqualTo(truth, within(probe.rtt() / 2 + 1e-6));
    }

    /** A native inlet measured -1000.00005 in this case. */
    @Test
    void ofEightRepliesTheOneThatWasNotDelayedCounts() {
        proxy.clock = time -> time + 1000;
        proxy.path = probe -> probe == 3 ? UdpProxy.Way.CLEAR : UdpProxy.Way.of(0, 20L);

        Inlet inlet = inlet(QUICK);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> recorder.probes.stream().anyMatch(probe -> probe.rtt() < 0.015));
        assertThat(recorder.probes).filteredOn(ClockProbe::ok).allSatisfy(probe -> assertHonest(probe, -1000));
        assertThat(inlet.clock().latest()).isPresent();
    }

    @Test
    void unequalDelaysErrByHalfTheirDifference() {
        patient();
        proxy.path = probe -> UdpProxy.Way.of(0, 40L);

        inlet(QUICK);

        ClockProbe first = probes(1).get(0);
        assertHonest(first, 0);
        assertThat(first.rtt()).isGreaterThan(0.039);
        assertThat(first.correction()).isGreaterThan(0.015);
    }

    @Test
    void aWaveWithTooFewRepliesIsNoNumber() {
        proxy.path = probe -> probe < 3 ? UdpProxy.Way.LOST : UdpProxy.Way.CLEAR;
        Inlet inlet = inlet(QUICK);

        ClockProbe failed = probes(1).get(0);

        assertThat(failed.ok()).isFalse();
        assertThat(failed.correction()).isNaN();
        assertThat(failed.rtt()).isNaN();
        assertThat(failed.reason()).contains("of 8 probes answered, 6 needed");
        assertThat(inlet.clock().latest()).isEmpty();
        assertThat(inlet.clock().failed()).isPositive();
        assertThat(lsl.stats().probesFailed()).isPositive();
        proxy.path = probe -> probe < 2 ? UdpProxy.Way.LOST : UdpProxy.Way.CLEAR;
        await().until(() -> inlet.clock().latest().isPresent());
    }

    @Test
    void jitterLossDoublesAndDisorderDoNoHarm() {
        Random random = new Random(5);
        proxy.clock = time -> time - 250;
        proxy.path = probe -> {
            synchronized (random) {
                return probe == 6
                        ? UdpProxy.Way.LOST
                        : UdpProxy.Way.of(random.nextInt(30), (long) random.nextInt(100), (long) random.nextInt(100));
            }
        };

        inlet(QUICK);

        assertThat(probes(4)).filteredOn(ClockProbe::ok).isNotEmpty().allSatisfy(probe -> assertHonest(probe, 250));
    }

    /** Ten times what quartz does. */
    @Test
    void aClockThatDriftsIsFollowedAndNotTakenForOneThatWasSet() {
        double begin = LslClock.now();
        DoubleUnaryOperator drifting = time -> time + 30 + (time - begin) * 300e-6;
        proxy.clock = drifting;

        inlet(QUICK);

        assertThat(probes(5)).filteredOn(ClockProbe::ok).isNotEmpty().allSatisfy(probe -> {
            double then = probe.measuredAt();
            assertThat(probe.correction())
                    .isEqualTo(then - drifting.applyAsDouble(then), within(probe.rtt() / 2 + 1e-5));
        });
        assertThat(recorder.resets).isEmpty();
    }

    @Test
    void aClockThatWasSetIsToldOf() {
        proxy.clock = time -> time + 1000;
        Inlet inlet = inlet(QUICK);
        await().until(() -> inlet.clock().all().size() >= 2);

        proxy.clock = time -> time + 995;

        await().atMost(Duration.ofSeconds(30)).until(() -> !recorder.resets.isEmpty());
        ClockReset reset = recorder.resets.get(0);
        assertThat(reset.cause()).isEqualTo(ClockReset.Cause.REMOTE_STEP);
        assertThat(reset.step()).isEqualTo(5, within(0.5));
        assertThat(inlet.clock().all()).allSatisfy(probe -> assertHonest(probe, -995));
        assertThat(inlet.clock().resets()).isEqualTo(1);
        assertThat(lsl.stats().clockResets()).isEqualTo(1);
    }

    @Test
    void repliesOfOthersCountForNothing() {
        patient();
        AtomicReference<DatagramSocket> forger = new AtomicReference<>();
        forger.set(await(lab.vertx().createDatagramSocket().listen(0, "127.0.0.1")));
        proxy.path = probe -> {
            // It knows the number and the time: all that could be guessed. It answers first.
            var request = proxy.request;
            byte[] lie = new dev.sinal.lsl.protocol.TimeProbe.Reply(
                            request.wave(), request.sent(), request.sent() + 7, request.sent() + 7)
                    .encode();
            forger.get().send(Buffer.buffer(lie), proxy.asker.port(), "127.0.0.1");
            return UdpProxy.Way.of(0, 5L);
        };

        inlet(QUICK);

        assertThat(probes(2)).allSatisfy(probe -> assertHonest(probe, 0));
    }

    @Test
    void stampsComeOnTheLocalClockFromTheFirstSample() {
        patient();
        proxy.clock = time -> time + 1000;
        inlet(QUICK.withProcessing(PostProcessing.all()));
        await(outlet.whenConsumers(1));
        double begin = LslClock.now() + 1000;

        for (int i = 0; i < 50; i++) {
            outlet.push(new int[] {i}, begin + i / 100.0);
        }

        await().until(() -> recorder.count() == 50);
        assertThat(recorder.stamps()).startsWith(begin);
        double last = Double.NEGATIVE_INFINITY;
        for (SampleBatch batch : recorder.batches) {
            assertThat(batch.corrected()).isTrue();
            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.processedStamps()[i]).isEqualTo(batch.stamp(i) - 1000, within(0.1));
                assertThat(batch.processedStamps()[i]).isGreaterThanOrEqualTo(last);
                last = batch.processedStamps()[i];
            }
        }
    }

    @Test
    void withoutATimeServiceNoSampleIsLost() {
        proxy.path = probe -> UdpProxy.Way.LOST;
        Inlet inlet = inlet(QUICK.withProcessing(PostProcessing.all()));
        await(outlet.whenConsumers(1));

        outlet.pushChunk(new int[] {1, 2, 3}, 3, null, 77.0);

        await().until(() -> recorder.count() == 3);
        assertThat(recorder.batches.get(0).corrected()).isFalse();
        assertThat(recorder.batches.get(0).processedStamps()[2]).isEqualTo(77.0, within(1e-3));
        assertThat(inlet.received()).isEqualTo(3);
    }

    @Test
    void unixTimeIsToldOfWithTheFirstCorrection() {
        Inlet inlet = inlet(QUICK);
        await(outlet.whenConsumers(1));

        outlet.push(new int[] {1}, System.currentTimeMillis() / 1e3);

        await().until(() -> !recorder.suspects.isEmpty());
        assertThat(recorder.suspects).extracting(SuspectStamps::kind).containsExactly(SuspectStamps.Kind.UNIX_TIME);
        assertThat(inlet.suspectStamps(SuspectStamps.Kind.UNIX_TIME)).isEqualTo(1);
        assertThat(recorder.count()).isEqualTo(1);
    }

    @Test
    void aClockThatItselfCountsFrom1970IsALslClock() {
        double ahead = System.currentTimeMillis() / 1e3 - LslClock.now();
        proxy.clock = time -> time + ahead;
        inlet(QUICK);
        await(outlet.whenConsumers(1));

        outlet.push(new int[] {1}, System.currentTimeMillis() / 1e3);

        probes(2);
        assertThat(recorder.suspects).isEmpty();
    }
}
