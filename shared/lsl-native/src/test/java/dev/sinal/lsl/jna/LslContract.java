package dev.sinal.lsl.jna;

import static dev.sinal.lsl.jna.ContractLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.post.PostProcessing;
import dev.sinal.lsl.post.PostProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an inlet owes an outlet, whoever made them: every pair of {ours, native}, every format. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LslContract {
    private static final int CHANNELS = 3;
    private static final double RATE = 100;
    private static final double PERIOD = 1.0 / RATE;
    private static final String OTHER = "stream";
    private static final double[] ODD_STAMPS = {
        1000.0, 123_456_789.123456789, 1e-9, -17.25, 1e17, Math.nextUp(1.0), Double.MIN_VALUE, Double.NaN, 3.0
    };

    private final int protocol;
    private final List<Side> outlets;
    private final List<Link> links = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private ContractLab lab;
    private Scores scores;

    /** @param outlets whose outlets serve this protocol */
    LslContract(int protocol, Side... outlets) {
        this.protocol = protocol;
        this.outlets = List.of(outlets);
    }

    /** Two sides. */
    record Pair(Side inlet, Side outlet) {
        @Override
        public String toString() {
            return inlet + " <- " + outlet;
        }
    }

    /** An open connection in one format; each check goes on where the last one stopped. */
    record Link(Pair pair, ChannelFormat format, Outlet outlet, Received received, Inlet inlet) {
        @Override
        public String toString() {
            return pair + " " + format.wireName();
        }
    }

    @BeforeAll
    void open() throws Exception {
        lab = new ContractLab(protocol);
        List<String> columns = new ArrayList<>(Arrays.stream(ChannelFormat.values())
                .map(ChannelFormat::wireName)
                .toList());
        columns.add(OTHER);
        scores = new Scores(
                "protocol " + protocol / 100.0 + ", liblsl version "
                        + lab.library().version(),
                columns);
        openLinks();
    }

    /** All at once: finding and connecting one by one takes most of a minute. */
    private void openLinks() {
        List<Outlet> opened = new ArrayList<>();
        for (Pair pair : pairs().toList()) {
            for (ChannelFormat format : ChannelFormat.values()) {
                StreamInfo info = StreamInfo.builder(
                                "link " + pair + " " + format, "EEG", CHANNELS, RATE, format, "link-" + pair + format)
                        .build();
                opened.add(await(lab.lsl(pair.outlet(), pair.inlet()).openOutlet(info, OutletOptions.defaults())));
            }
        }
        int at = 0;
        for (Pair pair : pairs().toList()) {
            Lsl lsl = lab.lsl(pair.inlet(), pair.outlet());
            StreamQuery query = StreamQuery.parse("starts-with(name,'link " + pair + " ')");
            List<StreamInfo> found = await(lsl.resolve(query, ChannelFormat.values().length, Duration.ofSeconds(20)));
            for (ChannelFormat format : ChannelFormat.values()) {
                Outlet outlet = opened.get(at++);
                StreamInfo info = found.stream()
                        .filter(each -> each.uid().equals(outlet.info().uid()))
                        .findFirst()
                        .orElseThrow(() ->
                                new AssertionError("not found: " + outlet.info().name()));
                Received received = new Received();
                Inlet inlet = lsl.openInlet(info, InletOptions.defaults(), received);
                links.add(new Link(pair, format, outlet, received, inlet));
            }
        }
        for (Link link : links) {
            link.received().isOpen();
            await(link.outlet().whenConsumers(1));
        }
    }

    @AfterAll
    void close() throws Exception {
        if (lab != null) {
            lab.close();
            scores.publish(Path.of("").toAbsolutePath(), Integer.toString(protocol));
        }
    }

    Stream<Pair> pairs() {
        return Arrays.stream(Side.values()).flatMap(inlet -> outlets.stream().map(outlet -> new Pair(inlet, outlet)));
    }

    Stream<Link> links() {
        return links.stream();
    }

    private void on(Link link, String name, Scores.Check check) throws Exception {
        scores.count(link.pair().toString(), link.format().wireName(), name, check);
    }

    private void on(Pair pair, String name, Scores.Check check) throws Exception {
        scores.count(pair.toString(), OTHER, name, check);
    }

    private void assertSame(Object sent, int channels, List<SampleBatch> received) {
        for (int i = 0; i < received.size(); i++) {
            assertThat(OddValues.bits(received.get(i).values(), protocol == 100))
                    .as("sample %d", i)
                    .isEqualTo(OddValues.bits(OddValues.rows(sent, channels, i, i + 1), protocol == 100));
        }
    }

    private static List<Double> stamps(List<SampleBatch> samples) {
        return samples.stream().map(sample -> sample.stamp(0)).toList();
    }

    private static List<Double> counted(double first, int n) {
        List<Double> stamps = new ArrayList<>();
        double stamp = first;
        for (int i = 0; i < n; i++) {
            stamps.add(stamp);
            stamp += PERIOD;
        }
        return stamps;
    }

    @ParameterizedTest
    @MethodSource("links")
    void valuesArriveBitForBit(Link link) throws Exception {
        on(link, "values", () -> {
            int n = OddValues.kinds(link.format());
            Object sent = OddValues.of(link.format(), CHANNELS);
            for (int i = 0; i < n; i++) {
                link.outlet().pushChunk(OddValues.rows(sent, CHANNELS, i, i + 1), 1, null, 1 + i);
            }
            List<SampleBatch> got = link.received().next(n);
            assertSame(sent, CHANNELS, got);
            assertThat(stamps(got).get(n - 1)).isEqualTo(n);
        });
    }

    @ParameterizedTest
    @MethodSource("links")
    void singleSamplesHaveAMethodForEachFormat(Link link) throws Exception {
        on(link, "single", () -> {
            Object sent = OddValues.counting(link.format(), 1, CHANNELS, 5);
            Outlet outlet = link.outlet();
            switch (link.format()) {
                case FLOAT32 -> outlet.push((float[]) sent, 7);
                case DOUBLE64 -> outlet.push((double[]) sent, 7);
                case STRING -> outlet.push((String[]) sent, 7);
                case INT32 -> outlet.push((int[]) sent, 7);
                case INT16 -> outlet.push((short[]) sent, 7);
                case INT8 -> outlet.push((byte[]) sent, 7);
                case INT64 -> outlet.push((long[]) sent, 7);
            }
            assertSame(sent, CHANNELS, link.received().next(1));
        });
    }

    @ParameterizedTest
    @MethodSource("links")
    void explicitStampsArriveBitForBit(Link link) throws Exception {
        on(link, "stamps", () -> {
            Object sent = OddValues.counting(link.format(), 1, CHANNELS, 0);
            for (double stamp : ODD_STAMPS) {
                link.outlet().pushChunk(sent, 1, null, stamp);
            }
            assertThat(stamps(link.received().next(ODD_STAMPS.length)))
                    .isEqualTo(Arrays.stream(ODD_STAMPS).boxed().toList());
        });
    }

    @ParameterizedTest
    @MethodSource("links")
    void deducedStampsFollowTheRateAndZeroMeansNow(Link link) throws Exception {
        on(link, "deduced", () -> {
            Object sent = OddValues.counting(link.format(), 1, CHANNELS, 0);
            link.outlet().pushChunk(sent, 1, null, 500.0);
            for (int i = 0; i < 9; i++) {
                link.outlet().pushChunk(sent, 1, null, Outlet.DEDUCED);
            }
            double before = LslClock.now();
            link.outlet().pushChunk(sent, 1, null, 0);
            double after = LslClock.now();

            assertThat(stamps(link.received().next(10))).isEqualTo(counted(500.0, 10));
            assertThat(link.received().next(1).get(0).stamp(0)).isBetween(before, after);
        });
    }

    @ParameterizedTest
    @MethodSource("links")
    void theStampOfAChunkBelongsToItsLastSample(Link link) throws Exception {
        on(link, "chunk, one stamp", () -> {
            int n = 50;
            Object sent = OddValues.counting(link.format(), n, CHANNELS, 0);
            link.outlet().pushChunk(sent, n, null, 2000.0);
            List<SampleBatch> got = link.received().next(n);
            assertSame(sent, CHANNELS, got);
            assertThat(stamps(got)).isEqualTo(counted(2000.0 - (n - 1) / RATE, n));
        });
    }

    @ParameterizedTest
    @MethodSource("links")
    void aChunkMayHaveAStampPerSample(Link link) throws Exception {
        on(link, "chunk, all stamps", () -> {
            int n = 40;
            Object sent = OddValues.counting(link.format(), n, CHANNELS, 100);
            double[] stamps = new double[n];
            for (int i = 0; i < n; i++) {
                stamps[i] = 3000 + i * 0.0123 * (i % 3);
            }
            link.outlet().pushChunk(sent, n, stamps, 0);
            List<SampleBatch> got = link.received().next(n);
            assertSame(sent, CHANNELS, got);
            assertThat(stamps(got)).isEqualTo(Arrays.stream(stamps).boxed().toList());
        });
    }

    @ParameterizedTest
    @MethodSource("links")
    void chunksOfAllSizesKeepTheirOrder(Link link) throws Exception {
        on(link, "chunk sizes", () -> {
            int first = 0;
            for (int n : new int[] {1, 2, 3, 63, 64, 65, 500, 2000, 1}) {
                Object sent = OddValues.counting(link.format(), n, CHANNELS, first);
                link.outlet().pushChunk(sent, n, null, 4000.0 + first);
                assertSame(sent, CHANNELS, link.received().next(n));
                first += n * CHANNELS;
            }
        });
    }

    private StreamInfo described(ChannelFormat format, int channels, double rate, DescElement... desc) {
        String name = "stream " + names.incrementAndGet();
        StreamInfo.Builder info = StreamInfo.builder(name, "Misc", channels, rate, format, "id of " + name);
        for (DescElement element : desc) {
            info.desc(element);
        }
        return info.build();
    }

    private Outlet serve(Pair pair, StreamInfo info) {
        return await(lab.lsl(pair.outlet(), pair.inlet()).openOutlet(info, OutletOptions.defaults()));
    }

    private Inlet read(Pair pair, String name, Received received) {
        Lsl lsl = lab.lsl(pair.inlet(), pair.outlet());
        return lsl.openInlet(ContractLab.find(lsl, name), InletOptions.defaults(), received);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void metadataArrivesAsItWas(Pair pair) throws Exception {
        on(pair, "metadata", () -> {
            DescElement deep = DescElement.leaf("bottom", "at the bottom");
            for (int i = 0; i < 12; i++) {
                deep = DescElement.builder("level" + i)
                        .add("depth", "" + i)
                        .add(deep)
                        .build();
            }
            StreamInfo info = described(
                    ChannelFormat.INT32,
                    2,
                    250.5,
                    DescElement.leaf("manufacturer", "A&B <Co> \"quoted\" 'too'"),
                    DescElement.leaf("controls", "tab\tline\n bell\u0007 one\u0001"),
                    DescElement.leaf("unicode", "é 漢字 🧠"),
                    DescElement.empty("nothing"),
                    DescElement.leaf("spaces", "  kept  "),
                    DescElement.builder("list")
                            .add("x", "1")
                            .add("x", "2")
                            .add("x", "1")
                            .build(),
                    deep);
            Outlet outlet = serve(pair, info);
            Received received = new Received();
            Inlet inlet = read(pair, info.name(), received);
            StreamInfo full = received.isOpen().infos.get(0);

            assertThat(full.desc()).isEqualTo(info.desc());
            assertThat(full.uid()).isEqualTo(outlet.info().uid()).isNotEmpty();
            assertThat(full.nominalRate()).isEqualTo(250.5);
            if (pair.outlet() == Side.NATIVE) {
                assertThat(full.protocolVersion()).isEqualTo(protocol);
            }
            assertThat(full.sourceId()).isEqualTo(info.sourceId());
            assertThat(full.createdAt()).isEqualTo(outlet.info().createdAt()).isPositive();
            await(inlet.close());
            await(outlet.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void manyChannelsAndAnIrregularRate(Pair pair) throws Exception {
        on(pair, "many channels", () -> {
            StreamInfo info = described(ChannelFormat.INT16, 300, 0);
            Outlet outlet = serve(pair, info);
            Received received = new Received();
            Inlet inlet = read(pair, info.name(), received);
            received.isOpen();
            await(outlet.whenConsumers(1));
            Object sent = OddValues.counting(ChannelFormat.INT16, 20, 300, -3000);
            outlet.pushChunk(sent, 20, null, 9.5);
            List<SampleBatch> got = received.next(20);

            assertSame(sent, 300, got);
            assertThat(stamps(got)).containsOnly(9.5);
            await(inlet.close());
            await(outlet.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void severalInletsReadOneOutlet(Pair pair) throws Exception {
        on(pair, "several inlets", () -> {
            StreamInfo info = described(ChannelFormat.DOUBLE64, 1, 1000);
            Outlet outlet = serve(pair, info);
            List<Received> all = new ArrayList<>();
            List<Inlet> inlets = new ArrayList<>();
            Lsl lsl = lab.lsl(pair.inlet(), pair.outlet());
            StreamInfo found = ContractLab.find(lsl, info.name());
            for (int i = 0; i < 4; i++) {
                Received received = new Received();
                all.add(received);
                inlets.add(lsl.openInlet(found, InletOptions.defaults(), received));
            }
            all.forEach(Received::isOpen);
            // A native outlet adds a consumer a moment after the inlet has seen its test samples.
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                outlet.push(new double[] {-1}, 1);
                return all.stream().allMatch(received -> received.count() > 0);
            });
            Object sent = OddValues.counting(ChannelFormat.DOUBLE64, 1000, 1, 0);
            outlet.pushChunk(sent, 1000, null, 50);

            for (Received received : all) {
                SampleBatch got;
                do {
                    got = received.next(1).get(0);
                } while (got.doubleAt(0, 0) < 0);
                assertThat(got.doubleAt(0, 0)).isZero();
                assertSame(OddValues.rows(sent, 1, 1, 1000), 1, received.next(999));
            }
            for (Inlet inlet : inlets) {
                await(inlet.close());
            }
            await(outlet.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theOutletKnowsWhetherAnybodyListens(Pair pair) throws Exception {
        on(pair, "consumers", () -> {
            StreamInfo info = described(ChannelFormat.INT8, 1, 10);
            Outlet outlet = serve(pair, info);
            var somebody = outlet.whenConsumers(1);
            assertThat(outlet.consumers()).isZero();
            assertThat(somebody.isComplete()).isFalse();

            Received received = new Received();
            Inlet inlet = read(pair, info.name(), received);
            await(somebody);
            assertThat(outlet.consumers()).isEqualTo(1);
            received.isOpen();
            await(inlet.close());

            int before = received.count();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                outlet.push(new byte[] {1}, 1); // a native outlet sees that somebody left when it sends
                return outlet.consumers() == 0;
            });
            assertThat(received.count()).isEqualTo(before);
            await(outlet.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void clocksOfOneMachineHaveNoOffset(Pair pair) throws Exception {
        on(pair, "clock offset", () -> {
            Link link =
                    links().filter(each -> each.pair().equals(pair)).findFirst().orElseThrow();
            List<dev.sinal.lsl.ClockProbe> probes = link.received().probes;
            await().atMost(Duration.ofSeconds(20)).until(() -> probes.stream().anyMatch(probe -> probe.ok()));
            var good = probes.stream().filter(probe -> probe.ok()).findFirst().orElseThrow();
            assertThat(Math.abs(good.correction())).isLessThanOrEqualTo(good.rtt());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aRestartedOutletIsFoundAgain(Pair pair) throws Exception {
        on(pair, "recovery", () -> {
            StreamInfo info = described(ChannelFormat.INT32, 1, 100, DescElement.leaf("made", "twice"));
            Outlet first = serve(pair, info);
            Received received = new Received();
            Inlet inlet = read(pair, info.name(), received);
            received.isOpen();
            await(first.whenConsumers(1));
            first.push(new int[] {41}, 1.5);
            assertThat(stamps(received.next(1))).containsExactly(1.5);
            await().atMost(Duration.ofSeconds(20)).until(() -> !received.probes.isEmpty());

            await(first.close());
            Outlet second = serve(pair, info);
            // An attempt that the inlet gives up may count as a consumer for a moment.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                second.push(new int[] {43}, 8.5);
                return received.count() > 1;
            });

            assertThat(stamps(received.next(1))).containsExactly(8.5);
            assertThat(received.events).containsExactly("opened", "lost", "recovered");
            assertThat(received.infos.get(1).uid()).isEqualTo(second.info().uid());
            assertThat(received.infos.get(1).desc()).isEqualTo(info.desc());
            await(inlet.close());
            await(second.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void stampsAreProcessedBesideTheRawOnes(Pair pair) throws Exception {
        on(pair, "post-processing", () -> {
            PostProcessing how = PostProcessing.ofFlags(PostProcessing.DEJITTER | PostProcessing.MONOTONIZE);
            StreamInfo info = described(ChannelFormat.INT32, 1, RATE);
            Outlet outlet = serve(pair, info);
            Lsl lsl = lab.lsl(pair.inlet(), pair.outlet());
            Received received = new Received();
            Inlet inlet = lsl.openInlet(
                    ContractLab.find(lsl, info.name()), InletOptions.defaults().withProcessing(how), received);
            received.isOpen();
            await(outlet.whenConsumers(1));
            double[] stamps = new double[300];
            for (int i = 0; i < stamps.length; i++) {
                stamps[i] = 100 + i * PERIOD + (i * 7919 % 13) * 0.001;
            }
            outlet.pushChunk(OddValues.counting(ChannelFormat.INT32, stamps.length, 1, 0), stamps.length, stamps, 0);
            List<SampleBatch> got = received.next(stamps.length);

            double[] expected = stamps.clone();
            new PostProcessor(how, RATE, Duration.ofSeconds(90)).process(expected, 0, expected.length);
            assertThat(stamps(got)).isEqualTo(Arrays.stream(stamps).boxed().toList());
            assertThat(got.stream().map(sample -> sample.processedStamps()[0]).toList())
                    .isEqualTo(Arrays.stream(expected).boxed().toList());
            await(inlet.close());
            await(outlet.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aPausedInletGoesOnWhereItStopped(Pair pair) throws Exception {
        on(pair, "pause", () -> {
            StreamInfo info = described(ChannelFormat.INT64, 2, 100);
            Outlet outlet = serve(pair, info);
            Received received = new Received();
            Inlet inlet = read(pair, info.name(), received);
            received.isOpen();
            await(outlet.whenConsumers(1));
            Object sent = OddValues.counting(ChannelFormat.INT64, 30, 2, 0);
            outlet.pushChunk(OddValues.rows(sent, 2, 0, 10), 10, null, 1.0);
            List<SampleBatch> got = new ArrayList<>(received.next(10));

            await(inlet.pause());
            outlet.pushChunk(OddValues.rows(sent, 2, 10, 20), 10, null, 1.1);
            await(inlet.resume());
            outlet.pushChunk(OddValues.rows(sent, 2, 20, 30), 10, null, 1.2);

            got.addAll(received.next(20));
            assertSame(sent, 2, got);
            await(inlet.close());
            await(outlet.close());
        });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void severalConsumersShareAnInlet(Pair pair) throws Exception {
        on(pair, "consumers of an inlet", () -> {
            StreamInfo info = described(ChannelFormat.STRING, 1, 0);
            Outlet outlet = serve(pair, info);
            Received owner = new Received();
            Inlet inlet = read(pair, info.name(), owner);
            owner.isOpen();
            Received late = new Received();
            inlet.consume(late);
            late.isOpen();
            await(outlet.whenConsumers(1));
            outlet.push(new String[] {"one"}, 1);

            assertThat(owner.next(1).get(0).stringAt(0, 0)).isEqualTo("one");
            assertThat(late.next(1).get(0).stringAt(0, 0)).isEqualTo("one");
            await(inlet.close());
            await().atMost(Duration.ofSeconds(10)).until(() -> late.events.contains("closed"));
            await(outlet.close());
        });
    }

    /** The consumer that reads nothing is a bare socket: an inlet always reads. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void aSlowConsumerLosesTheOldestSamples(Side side) throws Exception {
        assumeTrue(protocol == 110, "the bare socket speaks 1.10");
        int buffer = 10_000;
        int total = 60_000;
        int channels = 64;
        scores.count("socket <- " + side, OTHER, "max_buffered", () -> {
            StreamInfo info = described(ChannelFormat.INT32, channels, buffer);
            Outlet outlet = await(lab.lsl(side, Side.NATIVE)
                    .openOutlet(info, OutletOptions.defaults().withMaxBufferSamples(buffer)));
            try (SlowConsumer consumer = new SlowConsumer(outlet.info())) {
                await(outlet.whenConsumers(1));
                for (int i = 0; i < total; i += 100) {
                    int[] chunk = new int[100 * channels];
                    for (int row = 0; row < 100; row++) {
                        chunk[row * channels] = i + row;
                    }
                    outlet.pushChunk(chunk, 100, null, 1 + i / (double) buffer);
                }
                List<Integer> got = consumer.rest();

                assertThat(got.get(got.size() - 1)).isEqualTo(total - 1);
                assertThat(got.size()).isLessThan(total);
                // The native queue is made for one reader and is popped by the writer too when it is full: there,
                // now and then, a sample arrives twice or a newer one is lost. What ours does is a promise.
                if (side == Side.OURS) {
                    assertThat(got).isSorted().doesNotHaveDuplicates();
                    assertThat(got.size()).isGreaterThanOrEqualTo(buffer);
                    assertThat(got.get(got.size() - buffer)).isEqualTo(total - buffer);
                    assertThat(outlet.dropped()).isEqualTo(total - got.size());
                }
            }
            await(outlet.close());
        });
    }

    @Test
    void theNativeLibrarySmoothsStampsAsWeDo() throws Exception {
        Function set = lab.library().optional("lsl_set_postprocessing");
        assumeTrue(set != null, "this library is older than post-processing");
        scores.count("native <- native", OTHER, "post-processing by the library", () -> {
            PostProcessing how = PostProcessing.ofFlags(PostProcessing.DEJITTER | PostProcessing.MONOTONIZE);
            StreamInfo info = described(ChannelFormat.INT32, 1, RATE);
            Outlet outlet = serve(new Pair(Side.NATIVE, Side.NATIVE), info);
            StreamInfo found = ContractLab.find(lab.natives(), info.name());
            InletHandle inlet =
                    new InletHandle(lab.library(), lab.natives().known().inlet(lab.library(), found, 1000, 0, false));
            assertThat(set.invokeInt(new Object[] {inlet.pointer(), how.flags()}))
                    .isZero();
            await().atMost(Duration.ofSeconds(20)).until(() -> inlet.open(0.5));
            await(outlet.whenConsumers(1));
            double[] stamps = new double[400];
            for (int i = 0; i < stamps.length; i++) {
                stamps[i] = 100 + i * PERIOD + (i * 7919 % 13) * 0.001;
            }
            outlet.pushChunk(new int[stamps.length], stamps.length, stamps, 0);
            List<Double> got = new ArrayList<>();
            SamplePull pull = new SamplePull(info, lab.natives().config().limits());
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                SampleBatch batch = pull.next(inlet, 0.2);
                if (batch != null) {
                    Arrays.stream(batch.stamps()).forEach(got::add);
                }
                return got.size() == stamps.length;
            });

            new PostProcessor(how, RATE, Duration.ofSeconds(90)).process(stamps, 0, stamps.length);
            assertThat(got).isEqualTo(Arrays.stream(stamps).boxed().toList());
            inlet.free();
            await(outlet.close());
        });
    }

    @Test
    void bothReadTheSameClock() throws Exception {
        scores.count("native <- ours", OTHER, "clock", () -> {
            double before = LslClock.now();
            double theirs = lab.library().clock();

            assertThat(theirs).isBetween(before - 1e-3, LslClock.now() + 1e-3);
        });
    }
}
