package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslTuning;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Searches, hosts asked directly, and answers that lie. */
class DiscoveryTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    private final TestLab lab = new TestLab();

    @AfterEach
    void close() {
        lab.close();
    }

    private Outlet outlet(String name) {
        return await(lab.lsl().openOutlet(described(name), OutletOptions.defaults()));
    }

    private static StreamInfo described(String name) {
        return StreamInfo.builder(name, "", 1, 0, ChannelFormat.INT8, name).build();
    }

    /** Not in anybody's range, so that only what is asked by name is found. */
    private LslConfig elsewhere() {
        return lab.config()
                .withPorts(lab.config().multicastPort() + 20_000, lab.config().basePort() + 20_000, 1);
    }

    private static final class Seen implements StreamWatch.Listener {
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void appeared(StreamInfo info) {
            events.add("+" + info.name());
        }

        @Override
        public void vanished(StreamInfo info) {
            events.add("-" + info.name());
        }
    }

    @Test
    void aSearchCanTakeALeastTimeToSeeWhetherANameIsUnique() {
        outlet("a");
        Lsl lsl = lab.lsl();
        var search = lsl.resolve(StreamQuery.all(), 1, Duration.ofSeconds(2), LONG);
        outlet("b");

        assertThat(await(search)).extracting(StreamInfo::name).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aStreamThatComesLateIsSeenAndOneThatGoesIsForgotten() {
        Seen seen = new Seen();
        StreamWatch watch = lab.lsl().watch(StreamQuery.all(), Duration.ofSeconds(1), seen);
        Outlet a = outlet("a");
        await().atMost(LONG).until(() -> seen.events.contains("+a"));
        outlet("b");
        await().atMost(LONG).until(() -> seen.events.contains("+b"));

        await(a.close());

        await().atMost(LONG).until(() -> seen.events.contains("-a"));
        assertThat(watch.streams()).extracting(StreamInfo::name).containsExactly("b");
        assertThat(seen.events).containsExactly("+a", "+b", "-a");
    }

    @Test
    void theTimesOfTheWavesAreSettable() {
        LslTuning fast = LslConfig.parse(
                        "[tuning]\nMulticastMinRTT = 0.05\nContinuousResolveInterval = 0\nMaxCachedQueries = 0\n",
                        "fast")
                .tuning();
        Seen seen = new Seen();
        Lsl lsl = lab.lsl(lab.config().withTuning(fast));
        await(lsl.openOutlet(described("x"), OutletOptions.defaults()));
        lsl.watch(StreamQuery.all(), seen);

        await().atMost(LONG).until(() -> lsl.stats().repliesTaken() > 30);
        assertThat(seen.events).containsExactly("+x");
    }

    @Test
    void aServicePortCanBeAskedByHand() {
        Outlet outlet = outlet("manual");
        Lsl lsl = lab.lsl(elsewhere());

        List<StreamInfo> found =
                await(lsl.resolveAt("localhost", outlet.info().servicePort(), StreamQuery.all(), LONG));

        assertThat(found)
                .extracting(StreamInfo::uid)
                .containsExactly(outlet.info().uid());
        assertThat(found.get(0).v4()).isEqualTo(outlet.info().v4().at("127.0.0.1"));
        assertThat(await(lsl.resolve(StreamQuery.all(), 1, Duration.ofMillis(300))))
                .isEmpty();
    }

    @Test
    void aDiscoveryPortAskedByHandAnswersForAllOutlets() {
        Lsl one = lab.lsl();
        for (String name : List.of("a", "b", "c")) {
            await(one.openOutlet(described(name), OutletOptions.defaults()));
        }

        List<StreamInfo> found = await(lab.lsl(elsewhere())
                .resolveAt("127.0.0.1", lab.config().multicastPort(), StreamQuery.parse("name!='b'"), LONG));

        assertThat(found).extracting(StreamInfo::name).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void whereUdpIsBlockedTheDataPortAnswersByTcp() throws IOException {
        // The service port moves on, so that the data port's number answers by TCP alone.
        int first = lab.config().basePort();
        Outlet outlet;
        try (DatagramSocket taken = new DatagramSocket(first, InetAddress.getByName("127.0.0.1"))) {
            outlet = outlet("tcp");
            assertThat(taken.isBound()).isTrue();
        }
        assertThat(outlet.info().servicePort()).isNotEqualTo(outlet.info().dataPort());
        Lsl lsl = lab.lsl(elsewhere());

        List<StreamInfo> found =
                await(lsl.resolveAt("127.0.0.1", outlet.info().dataPort(), StreamQuery.byName("tcp"), LONG));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).v4()).isEqualTo(outlet.info().v4().at("127.0.0.1"));
        assertThat(await(lsl.resolveAt(
                        "127.0.0.1", outlet.info().dataPort(), StreamQuery.byName("other"), Duration.ofMillis(500))))
                .isEmpty();
    }

    @Test
    void aKnownPeerMayBeANameAndASinglePort() {
        Outlet outlet = outlet("named");
        LslConfig config =
                elsewhere().withKnownPeers(List.of("localhost:" + outlet.info().servicePort(), "no-such-host.invalid"));

        assertThat(lab.find(lab.lsl(config), "named").uid())
                .isEqualTo(outlet.info().uid());
    }

    @Test
    void anUnknownHostIsAnError() {
        assertThatExceptionOfType(LslException.class)
                .isThrownBy(() -> await(lab.lsl().resolveAt("no-such-host.invalid", 1, StreamQuery.all(), LONG)))
                .withMessageContaining("no-such-host.invalid");
    }

    private ScriptedResponder forging(String advertised) throws IOException {
        StreamInfo info = described("forged")
                .served("uid-1", "h", lab.config().sessionId(), 1, new Endpoint(advertised, 1234, 1234), Endpoint.NONE);
        return new ScriptedResponder("127.0.0.1", lab.config().basePort(), query -> List.of(reply(query, info)));
    }

    private static String reply(DiscoveryMessage.Query query, StreamInfo info) {
        return query.id() + "\r\n" + info.toXml();
    }

    @Test
    void anAddressInAReplyIsNotFollowed() throws IOException {
        try (ScriptedResponder ignored = forging("203.0.113.9")) {
            Lsl lsl = lab.lsl();

            assertThat(lab.find(lsl, "forged").address()).isEqualTo("127.0.0.1");
            assertThat(lsl.stats().addressesIgnored()).isPositive();
        }
    }

    @Test
    void anAddressInAReplyIsFollowedIfItIsTrusted() throws IOException {
        try (ScriptedResponder ignored = forging("203.0.113.9")) {
            Lsl listed = lab.lsl(lab.config().withTrustedAdvertisedAddresses(List.of("203.0.113.9")));
            Lsl any = lab.lsl(lab.config().withTrustedAdvertisedAddresses(List.of("*")));
            Lsl other = lab.lsl(lab.config().withTrustedAdvertisedAddresses(List.of("203.0.113.8")));

            assertThat(lab.find(listed, "forged").address()).isEqualTo("203.0.113.9");
            assertThat(lab.find(any, "forged").address()).isEqualTo("203.0.113.9");
            assertThat(lab.find(other, "forged").address()).isEqualTo("127.0.0.1");
            assertThat(listed.stats().addressesIgnored()).isZero();
        }
    }

    @Test
    void anAddressOfAVersionThatIsNotOfferedIsNoAddress() throws IOException {
        StreamInfo six =
                described("six").served("uid-6", "h", "default", 1, Endpoint.NONE, new Endpoint("", 1234, 1234));
        try (ScriptedResponder ignored =
                new ScriptedResponder("127.0.0.1", lab.config().basePort(), query -> List.of(reply(query, six)))) {
            Lsl lsl = lab.lsl();
            StreamInfo found = lab.find(lsl, "six");

            assertThat(found.endpoints()).isEmpty();
            assertThat(lsl.openInlet(found, InletOptions.defaults(), new Recorder())
                            .state())
                    .isEqualTo(Inlet.State.CONNECTING);
        }
    }

    @Test
    void noMoreStreamsAreKeptThanAllowed() throws IOException {
        try (ScriptedResponder ignored =
                new ScriptedResponder("127.0.0.1", lab.config().basePort(), query -> {
                    List<String> replies = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        replies.add(reply(query, described("s").served("uid-" + i, "h", "default", 1, 1, 1)));
                    }
                    return replies;
                })) {
            Lsl lsl = lab.lsl(lab.config().withLimits(limits(20, 2_000)));
            Seen seen = new Seen();
            StreamWatch watch = lsl.watch(StreamQuery.all(), seen);

            await().atMost(LONG).until(() -> lsl.stats().streamsRefused() > 0);
            assertThat(watch.streams()).hasSize(20);
            assertThat(await(lsl.resolve(StreamQuery.all(), 0, Duration.ofMillis(700))))
                    .hasSizeLessThanOrEqualTo(20);
        }
    }

    @Test
    void aFloodOfRepliesIsNotRead() throws IOException {
        try (ScriptedResponder ignored =
                new ScriptedResponder("127.0.0.2", lab.config().basePort(), query -> {
                    List<String> replies = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        replies.add(reply(query, described("flood").served("uid", "h", "default", 1, 1, 1)));
                    }
                    return replies;
                })) {
            outlet("honest");
            Lsl lsl = lab.lsl(lab.config().withLimits(limits(100, 40)).withKnownPeers(List.of("127.0.0.2")));

            assertThat(await(lsl.resolve(StreamQuery.all(), 0, Duration.ofSeconds(3))))
                    .extracting(StreamInfo::name)
                    .contains("honest");
            assertThat(lsl.stats().repliesDropped()).isPositive();
        }
    }

    private static LslLimits limits(int knownStreams, int repliesPerSecond) {
        LslLimits usual = LslLimits.defaults();
        return new LslLimits(
                usual.headerLineBytes(),
                usual.headerLines(),
                usual.channels(),
                usual.stringBytes(),
                usual.sampleBytes(),
                usual.infoBytes(),
                usual.xmlDepth(),
                usual.xmlNodes(),
                usual.predicateChars(),
                knownStreams,
                repliesPerSecond,
                usual.consumers());
    }

    @Test
    void copiesOfAQueryAreAnsweredOnce() throws Exception {
        Outlet outlet = outlet("once");
        Lsl owner = lab.lsl();
        Outlet second = await(owner.openOutlet(described("twice"), OutletOptions.defaults()));
        List<String> replies = new CopyOnWriteArrayList<>();
        var socket = await(lab.vertx().createDatagramSocket().listen(0, "127.0.0.1"));
        socket.handler(packet -> replies.add(packet.data().toString()));
        String query =
                "LSL:shortinfo\r\nname='twice'\r\n" + socket.localAddress().port() + " id\r\n";

        for (int i = 0; i < 40; i++) {
            socket.send(query, second.info().servicePort(), "127.0.0.1");
        }

        await().atMost(LONG)
                .until(() -> owner.stats().queriesAnswered() + owner.stats().queriesRepeated() == 40);
        assertThat(owner.stats().queriesRepeated()).isPositive();
        assertThat(outlet.info().name()).isEqualTo("once");
        await().atMost(LONG).until(() -> replies.size() == owner.stats().queriesAnswered());
    }
}
