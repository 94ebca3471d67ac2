package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import java.lang.reflect.Array;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our outlet and our inlet over real sockets. */
class RoundTripTest {
    private final TestLab lab = new TestLab();

    @AfterEach
    void close() {
        lab.close();
    }

    private static StreamInfo description(String name, ChannelFormat format, double rate) {
        return StreamInfo.builder(name, "Test", 2, rate, format, "source-" + name)
                .channel("A", "microvolts", "EEG")
                .channel("B & <C>", "V", "AUX")
                .build();
    }

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void everyFormatArrivesBitForBit(ChannelFormat format) {
        Lsl lsl = lab.lsl();
        Outlet outlet = await(lsl.openOutlet(description("rt", format, 100), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        lsl.openInlet(lab.find(lsl, "rt"), InletOptions.defaults(), recorder);
        await(outlet.whenConsumers(1));
        Object values = SamplePatterns.values(format, 500);

        outlet.pushChunk(values, 500, null, 5000.0);

        await().until(() -> recorder.count() == 500);
        int at = 0;
        for (SampleBatch batch : recorder.batches) {
            for (int i = 0; i < Array.getLength(batch.values()); i++, at++) {
                assertThat(Array.get(batch.values(), i)).isEqualTo(Array.get(values, at));
            }
        }
        assertThat(recorder.stamps().get(499)).isCloseTo(5000.0, within(1e-9));
        assertThat(recorder.stamps().get(0)).isCloseTo(5000.0 - 4.99, within(1e-9));
        assertThat(recorder.infos.get(0).channels().get(1).label()).isEqualTo("B & <C>");
        assertThat(outlet.dropped()).isZero();
    }

    /** Either side may be the one that speaks nothing newer. */
    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void protocol100CarriesEveryFormat(ChannelFormat format) {
        Lsl old = lab.lsl(config -> config.withTuning(config.tuning().withUseProtocolVersion(StreamInfo.PROTOCOL_100)));
        Lsl fresh = lab.lsl();
        Outlet archived = await(old.openOutlet(description("archived", format, 100), OutletOptions.defaults()));
        Outlet asked = await(fresh.openOutlet(description("asked", format, 100), OutletOptions.defaults()));
        assertThat(archived.info().protocolVersion()).isEqualTo(100);
        Recorder fromOld = new Recorder();
        Recorder byOld = new Recorder();
        Recorder both = new Recorder();
        fresh.openInlet(lab.find(fresh, "archived"), InletOptions.defaults(), fromOld);
        old.openInlet(lab.find(old, "asked"), InletOptions.defaults(), byOld);
        fresh.openInlet(lab.find(fresh, "asked"), InletOptions.defaults(), both);
        await(archived.whenConsumers(1));
        await(asked.whenConsumers(2));
        Object values = SamplePatterns.values(format, 300);

        archived.pushChunk(values, 300, null, 5000.0);
        asked.pushChunk(values, 300, null, 5000.0);

        for (Recorder each : List.of(fromOld, byOld, both)) {
            await().until(() -> each.count() == 300);
            int at = 0;
            for (SampleBatch batch : each.batches) {
                for (int i = 0; i < Array.getLength(batch.values()); i++, at++) {
                    assertThat(Array.get(batch.values(), i)).isEqualTo(Array.get(values, at));
                }
            }
            assertThat(each.stamps()).isEqualTo(both.stamps());
        }
    }

    @Test
    void oneStampPerSampleArrivesUnchanged() {
        Lsl lsl = lab.lsl();
        Outlet outlet = await(lsl.openOutlet(description("st", ChannelFormat.INT32, 0), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(lab.find(lsl, "st"), InletOptions.defaults(), recorder);
        await(outlet.whenConsumers(1));

        outlet.pushChunk(new int[] {1, 2, 3, 4, 5, 6}, 3, new double[] {10.5, 10.25, Double.NaN}, 0);
        outlet.push(new int[] {7, 8}, 11.125);

        await().until(() -> inlet.received() == 4);
        assertThat(recorder.stamps()).containsExactly(10.5, 10.25, Double.NaN, 11.125);
        assertThat(recorder.texts()).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
    }

    @Test
    void aStampOfZeroBecomesNow() {
        Lsl lsl = lab.lsl();
        Outlet outlet = await(lsl.openOutlet(description("now", ChannelFormat.INT8, 10), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        lsl.openInlet(lab.find(lsl, "now"), InletOptions.defaults(), recorder);
        await(outlet.whenConsumers(1));
        double before = LslClock.now();

        outlet.push(new byte[] {1, 2}, 0);
        outlet.push(new byte[] {3, 4}, Outlet.DEDUCED);

        await().until(() -> recorder.count() == 2);
        double stamp = recorder.stamps().get(0);
        assertThat(stamp).isBetween(before, LslClock.now());
        assertThat(recorder.stamps().get(1)).isEqualTo(stamp + 0.1);
    }

    @Test
    void allOutletsOfAMachineAreFoundAndHaveTheirOwnPorts() {
        Lsl one = lab.lsl();
        Lsl other = lab.lsl();
        Outlet a = await(one.openOutlet(description("a", ChannelFormat.INT8, 0), OutletOptions.defaults()));
        Outlet b = await(one.openOutlet(description("b", ChannelFormat.INT8, 0), OutletOptions.defaults()));
        Outlet c = await(other.openOutlet(description("c", ChannelFormat.INT8, 0), OutletOptions.defaults()));

        List<StreamInfo> found = await(lab.lsl().resolve(StreamQuery.all(), 3, Duration.ofSeconds(10)));

        assertThat(found)
                .extracting(StreamInfo::uid)
                .containsExactlyInAnyOrder(
                        a.info().uid(), b.info().uid(), c.info().uid());
        assertThat(found).extracting(StreamInfo::dataPort).doesNotHaveDuplicates();
        assertThat(found).extracting(StreamInfo::servicePort).doesNotHaveDuplicates();
        assertThat(found).allSatisfy(info -> assertThat(info.address()).isEqualTo("127.0.0.1"));
    }

    @Test
    void aQueryAboutMetadataIsAnsweredByTheOutlet() {
        Lsl lsl = lab.lsl();
        await(lsl.openOutlet(description("yes", ChannelFormat.INT8, 0), OutletOptions.defaults()));
        await(lsl.openOutlet(
                StreamInfo.builder("no", "", 1, 0, ChannelFormat.INT8, "").build(), OutletOptions.defaults()));

        List<StreamInfo> found = await(lsl.resolve(
                StreamQuery.parse("count(desc/channels/channel)=2 and //label='A'"), 0, Duration.ofMillis(800)));

        assertThat(found).extracting(StreamInfo::name).containsExactly("yes");
    }

    @Test
    void theFullDescriptionComesOverTcp() {
        Lsl lsl = lab.lsl();
        StreamInfo served = await(lsl.openOutlet(description("full", ChannelFormat.INT8, 0), OutletOptions.defaults()))
                .info();

        StreamInfo full = await(lsl.fullInfo(lab.find(lsl, "full")));

        assertThat(full).isEqualTo(served.withAddress("127.0.0.1"));
        assertThat(full.hostname()).isNotEmpty();
        assertThat(full.createdAt()).isPositive();
    }

    @Test
    void theClocksOfOneMachineDifferByLessThanTheRoundTrip() {
        Lsl lsl = lab.lsl();
        await(lsl.openOutlet(description("clock", ChannelFormat.INT8, 0), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        lsl.openInlet(
                lab.find(lsl, "clock"), InletOptions.defaults().withProbeInterval(Duration.ofMillis(700)), recorder);

        await().until(() -> recorder.probes.size() >= 2);
        assertThat(recorder.probes).allSatisfy(probe -> {
            assertThat(probe.ok()).as(probe.reason()).isTrue();
            assertThat(Math.abs(probe.correction())).isLessThanOrEqualTo(probe.rtt());
            assertThat(probe.rtt()).isPositive();
        });
        assertThat(recorder.probes).extracting(ClockProbe::measuredAt).isSorted();
    }

    @Test
    void aWatchTellsWhatAppearsAndVanishes() {
        Lsl lsl = lab.lsl();
        List<String> heard = new CopyOnWriteArrayList<>();
        StreamWatch watch = lab.lsl().watch(StreamQuery.parse("type='Test'"), new StreamWatch.Listener() {
            @Override
            public void appeared(StreamInfo info) {
                heard.add("+" + info.name());
            }

            @Override
            public void vanished(StreamInfo info) {
                heard.add("-" + info.name());
            }
        });
        Outlet outlet = await(lsl.openOutlet(description("w", ChannelFormat.INT8, 0), OutletOptions.defaults()));
        await().untilAsserted(() -> assertThat(heard).containsExactly("+w"));
        assertThat(watch.streams()).hasSize(1);

        await(outlet.close());

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(heard).containsExactly("+w", "-w"));
        assertThat(watch.streams()).isEmpty();
        watch.close();
    }

    @Test
    void aRestartedOutletIsFoundAgain() {
        Lsl consumer = lab.lsl();
        Lsl first = lab.lsl();
        Outlet before = await(first.openOutlet(description("re", ChannelFormat.INT32, 0), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        Inlet inlet = consumer.openInlet(lab.find(consumer, "re"), InletOptions.defaults(), recorder);
        await(before.whenConsumers(1));
        before.push(new int[] {1, 2}, 1.0);
        await().until(() -> recorder.count() == 1);

        await(before.close());
        await().until(() -> inlet.state() == Inlet.State.LOST);
        Outlet after = await(lab.lsl().openOutlet(description("re", ChannelFormat.INT32, 0), OutletOptions.defaults()));
        await(after.whenConsumers(1));
        after.push(new int[] {3, 4}, 2.0);

        await().until(() -> recorder.count() == 2);
        assertThat(recorder.events).hasSize(3).startsWith("opened").endsWith("recovered");
        assertThat(recorder.events.get(1)).startsWith("lost: ");
        assertThat(recorder.stamps()).containsExactly(1.0, 2.0);
        assertThat(inlet.info().uid()).isEqualTo(after.info().uid());
    }

    @Test
    void ofTwoCandidatesNoneIsChosenUntilOneIsGone() {
        Lsl lsl = lab.lsl();
        Outlet before = await(lsl.openOutlet(description("am", ChannelFormat.INT32, 0), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(lab.find(lsl, "am"), InletOptions.defaults(), recorder);
        await().until(() -> inlet.state() == Inlet.State.OPEN);
        Outlet second = await(lsl.openOutlet(description("am", ChannelFormat.INT32, 0), OutletOptions.defaults()));
        Outlet third = await(lsl.openOutlet(description("am", ChannelFormat.INT32, 0), OutletOptions.defaults()));

        await(before.close());
        await().until(() -> inlet.state() == Inlet.State.LOST);
        await().during(Duration.ofMillis(1500)).until(() -> second.consumers() + third.consumers() == 0);
        await(second.close());

        await(third.whenConsumers(1));
        await().until(() -> inlet.state() == Inlet.State.OPEN);
    }

    @Test
    void aSlowConsumerLosesItsOldestSamplesAndTheOutletCountsThem() {
        OutletQueue queue = new OutletQueue(10, 1 << 20, 0);
        StreamInfo info =
                StreamInfo.builder("q", "", 1, 100, ChannelFormat.INT8, "").build();
        PushedInto pushes = new PushedInto(info);
        pushes.chunk(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 8, 1.0, queue);
        pushes.chunk(new byte[] {9, 10, 11, 12}, 4, 1.04, queue);

        byte[] wire = PushedInto.taken(queue);

        assertThat(queue.dropped()).isEqualTo(2);
        // Sample 3 carries its own stamp although it was pushed as deduced; 4 to 8 follow; 9 was transmitted.
        assertThat(wire).hasSize(9 + 1 + 5 * 2 + (9 + 1) + 3 * 2).startsWith((byte) 2);
        assertThat(wire[9]).isEqualTo((byte) 3);
        assertThat(wire[10]).isEqualTo((byte) 1);
        assertThat(queue.take(1000)).isNull();
    }

    @Test
    void closingAnInletEndsItsFeed() {
        Lsl lsl = lab.lsl();
        Outlet outlet = await(lsl.openOutlet(description("cl", ChannelFormat.INT8, 0), OutletOptions.defaults()));
        Inlet inlet = lsl.openInlet(lab.find(lsl, "cl"), InletOptions.defaults(), new Recorder());
        await(outlet.whenConsumers(1));

        await(inlet.close());

        await().until(() -> outlet.consumers() == 0);
        assertThat(inlet.state()).isEqualTo(Inlet.State.CLOSED);
        assertThat(lsl.stats().inlets()).isZero();
    }

    @Test
    void anArrayThatDoesNotFitIsRefusedAtThePush() {
        Outlet outlet =
                await(lab.lsl().openOutlet(description("bad", ChannelFormat.FLOAT32, 0), OutletOptions.defaults()));

        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> outlet.push(new String[] {"1", "two"}, 1.0));
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> outlet.push(new float[] {1}, 1.0));
    }
}
