package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.FeedRequest;
import dev.sinal.lsl.protocol.TestPattern;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that lie, flood or stall, on real sockets: they are dropped with a typed error, and honest streams go on. */
class HostilePeerTest {
    private static final InletOptions QUICK = InletOptions.defaults()
            .withBackoff(Duration.ofMillis(10), Duration.ofMillis(40))
            .withViolationsAllowed(3)
            .withProbeInterval(Duration.ZERO);
    private final TestLab lab = new TestLab();
    private final Lsl lsl = lab.lsl();
    private final List<ScriptedPeer> peers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (ScriptedPeer peer : peers) {
            peer.close();
        }
        lab.close();
    }

    private static StreamInfo text(int channels) {
        return StreamInfo.builder("hostile", "", channels, 0, ChannelFormat.STRING, "h-1")
                .build();
    }

    private ScriptedPeer peer(StreamInfo info, ScriptedPeer.Script feed) throws IOException {
        return peer(info, null, feed);
    }

    private ScriptedPeer peer(StreamInfo info, ScriptedPeer.Script description, ScriptedPeer.Script feed)
            throws IOException {
        ScriptedPeer peer = new ScriptedPeer(info, description, feed);
        peers.add(peer);
        return peer;
    }

    /** The inlet must give up on it, naming the field, while an honest stream loses nothing. */
    private void givesUpOn(ScriptedPeer peer, String field) {
        Outlet honest = await(lsl.openOutlet(
                StreamInfo.builder("honest", "", 1, 0, ChannelFormat.INT32, "honest")
                        .build(),
                OutletOptions.defaults()));
        Recorder good = new Recorder();
        lsl.openInlet(lab.find(lsl, "honest"), InletOptions.defaults(), good);
        await(honest.whenConsumers(1));
        Recorder recorder = new Recorder();

        Inlet inlet = lsl.openInlet(peer.info(), QUICK, recorder);

        honest.push(new int[] {1}, 1.0);
        await().until(() -> inlet.state() == Inlet.State.CLOSED);
        await().until(() -> !recorder.failures.isEmpty());
        honest.push(new int[] {2}, 2.0);
        await().until(() -> good.count() == 2);
        assertThat(recorder.failures)
                .singleElement()
                .isInstanceOfSatisfying(
                        LslProtocolException.class,
                        error -> assertThat(error.field()).isEqualTo(field));
        assertThat(good.events).containsExactly("opened");
    }

    @Test
    void anEndlessHeaderLine() throws IOException {
        byte[] junk = "x".repeat(8192).getBytes(UTF_8);
        givesUpOn(
                peer(text(1), out -> {
                    while (true) {
                        out.write(junk);
                    }
                }),
                "header line");
    }

    @Test
    void endlessHeaders() throws IOException {
        givesUpOn(
                peer(text(1), out -> {
                    out.write("LSL/110 200 OK\r\n".getBytes(UTF_8));
                    while (true) {
                        out.write("X: y\r\n".getBytes(UTF_8));
                    }
                }),
                "header lines");
    }

    @Test
    void aWrongTestPattern() throws IOException {
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = peer(text(1), out -> {
            byte[] head = self[0].head();
            head[head.length - 1] ^= 1;
            out.write(head);
            out.flush();
        });

        givesUpOn(self[0], "test pattern");
    }

    @Test
    void aStringOfTwoGigabytes() throws IOException {
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = peer(text(1), out -> {
            out.write(self[0].head());
            out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 4, 0, 0, 0, (byte) 0x80});
            byte[] junk = new byte[65_536];
            while (true) {
                out.write(junk);
            }
        });

        givesUpOn(self[0], "string length");
    }

    @Test
    void anotherUidThanAskedFor() throws IOException {
        givesUpOn(peer(text(1), out -> out.write(FeedReply.accept("somebody-else", false))), "UID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LSL/200 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "LSL/110 500 Oops",
                "LSL/110 200 OK\r\nData-Protocol-Version: 111\r\n\r\n",
                "LSL/110 200 OK\r\nData-Protocol-Version: x\r\n\r\n",
                "LSL/110 200 OK\r\nByte-Order: 2143\r\nData-Protocol-Version: 110\r\n\r\n"
            })
    void anAnswerThatIsNoFeed(String reply) throws IOException {
        String field = reply.startsWith("LSL/200")
                ? "protocol version"
                : reply.startsWith("HTTP")
                        ? "status line"
                        : reply.contains("500")
                                ? "status"
                                : reply.contains("Byte-Order") ? "Byte-Order" : "Data-Protocol-Version";

        givesUpOn(peer(text(1), out -> out.write(reply.getBytes(UTF_8))), field);
    }

    @Test
    void aFullDescriptionWithAnotherChannelCount() throws IOException {
        String uidAndAll = text(2).served("x", "h", "s", 1, 1, 1).toXml();
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = peer(
                text(3),
                out -> out.write(uidAndAll
                        .replace("<uid>x<", "<uid>" + self[0].info().uid() + "<")
                        .getBytes(UTF_8)),
                out -> {});

        givesUpOn(self[0], "full info");
    }

    @Test
    void anEndlessDescription() throws IOException {
        byte[] junk = "<a>".repeat(10_000).getBytes(UTF_8);
        givesUpOn(
                peer(
                        text(1),
                        out -> {
                            while (true) {
                                out.write(junk);
                            }
                        },
                        out -> {}),
                "info length");
    }

    @Test
    void tooManyChannelsFailAtOnce() {
        Recorder recorder = new Recorder();
        StreamInfo wide =
                StreamInfo.builder("wide", "", 5000, 0, ChannelFormat.INT8, "w").build();

        lsl.openInlet(wide, QUICK, recorder);

        await().until(() -> !recorder.failures.isEmpty());
        assertThat(recorder.failures.get(0).getMessage()).isEqualTo("channel_count is 5000, the limit is 4096");
    }

    @Test
    void aPeerThatGoesAtOnceIsTriedAgainAndAgainButNotAccused() throws IOException {
        ScriptedPeer gone = peer(text(1), out -> {});
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(gone.info(), QUICK, recorder);

        await().until(() -> gone.feeds.get() > 5);
        assertThat(recorder.events).isEmpty();
        assertThat(inlet.state()).isEqualTo(Inlet.State.CONNECTING);
    }

    @Test
    void aSlowDripIsReadAsItComes() throws IOException {
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = peer(text(1), out -> {
            for (byte each : self[0].head()) {
                out.write(each);
                out.flush();
            }
            for (byte each : new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 1, 2, 'o', 'k'}) {
                out.write(each);
                out.flush();
            }
            out.write(new byte[] {2, 0, 0});
            out.flush();
        });
        Recorder recorder = new Recorder();

        lsl.openInlet(self[0].info(), QUICK.withRecover(false), recorder);

        await().until(() -> recorder.events.size() == 2);
        assertThat(recorder.events.get(0)).isEqualTo("opened");
        assertThat(recorder.events.get(1)).startsWith("lost: ");
        assertThat(recorder.texts()).containsExactly("ok");
    }

    @Test
    void samplesThatNobodyDatedAreDeliveredBeforeTheLossIsReported() throws IOException {
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = peer(text(1), out -> {
            out.write(self[0].head());
            out.write(new byte[] {1, 1, 1, 'a', 1, 1, 1, 'b'});
            out.flush();
        });
        Recorder recorder = new Recorder();

        lsl.openInlet(self[0].info(), QUICK.withRecover(false), recorder);

        await().until(() -> recorder.events.size() == 2);
        assertThat(recorder.texts()).containsExactly("a", "b");
        assertThat(recorder.stamps()).containsOnly(Double.NaN);
    }

    @Test
    void aListenerThatFailsDoesNotEndTheStream() {
        Outlet outlet = await(lsl.openOutlet(
                StreamInfo.builder("l", "", 1, 0, ChannelFormat.INT32, "l").build(), OutletOptions.defaults()));
        List<Integer> seen = new CopyOnWriteArrayList<>();
        lsl.openInlet(lab.find(lsl, "l"), InletOptions.defaults(), new Recorder() {
            @Override
            public void samples(dev.sinal.lsl.SampleBatch batch) {
                seen.add(batch.size());
                throw new IllegalStateException("on purpose");
            }
        });
        await(outlet.whenConsumers(1));
        outlet.push(new int[] {1}, 1);
        await().until(() -> seen.size() == 1);
        outlet.push(new int[] {2}, 2);

        await().until(() -> seen.size() == 2);
    }

    @Test
    void ourOutletAnswersNonsenseByClosing() {
        StreamInfo info =
                await(lsl.openOutlet(text(1), OutletOptions.defaults())).info();
        NetClient client = lab.vertx().createNetClient();
        String good = new String(FeedRequest.encode(info, 100, 0), UTF_8);

        assertThat(ask(client, info, "GET / HTTP/1.1\r\n\r\n")).isEmpty();
        assertThat(ask(client, info, "x".repeat(20_000))).isEmpty();
        assertThat(ask(client, info, "LSL:streamfeed/x y\r\n\r\n")).isEmpty();
        assertThat(ask(client, info, "LSL:streamfeed\r\nmany 0\r\n")).isEmpty();
        assertThat(ask(client, info, "LSL:streamfeed\r\n0\r\n")).isEmpty();
        assertThat(ask(client, info, good.replace("Max-Buffer-Length: 100", "Max-Buffer-Length: many")))
                .isEmpty();
        assertThat(ask(client, info, good.replace(info.uid(), "other"))).isEqualTo(FeedReply.notFound(110));
        assertThat(ask(client, info, good.replace("/110", "/200"))).isEqualTo(FeedReply.badVersion(110));
        assertThat(ask(client, info, "LSL:fullinfo\r\n")).isEqualTo(info.toXml());
        assertThat(ask(client, info, "LSL:shortinfo\r\nname='hostile'\r\n"))
                .isEqualTo(info.withoutDesc().toXml());
        assertThat(ask(client, info, "LSL:shortinfo\r\nname='other'\r\n")).isEmpty();
        assertThat(ask(client, info, good.replace("Max-Buffer-Length: 100", "Max-Buffer-Length: 0")))
                .isEqualTo(new String(FeedReply.accept(info.uid(), false), UTF_8)
                        + new String(TestPattern.encode(info.format(), 1), UTF_8));
    }

    /** Everything that comes until the outlet closes. */
    private static String ask(NetClient client, StreamInfo info, String request) {
        Buffer answer = Buffer.buffer();
        NetSocket socket = await(client.connect(info.dataPort(), "127.0.0.1").compose(open -> {
            open.handler(answer::appendBuffer);
            return open.write(request).map(open);
        }));
        var closed = new java.util.concurrent.CompletableFuture<Void>();
        socket.closeHandler(gone -> closed.complete(null));
        // The handler may have been set too late: a closed socket cannot be written to.
        await().until(() -> closed.isDone() || socket.write("").failed());
        return answer.toString(UTF_8);
    }

    @Test
    void anOutletServesOnlySoManyConsumers() {
        Lsl small = lab.lsl(lab.config().withLimits(lab.config().limits().withConsumers(2)));
        Outlet outlet = await(small.openOutlet(text(1), OutletOptions.defaults()));
        for (int i = 0; i < 4; i++) {
            lsl.openInlet(outlet.info().withAddress("127.0.0.1"), QUICK, new Recorder());
        }

        await().until(() -> outlet.consumers() >= 1);
        await().during(Duration.ofMillis(500)).until(() -> outlet.consumers() <= 2);
    }

    @Test
    void repliesNobodyAskedForAreNotRead() {
        Outlet outlet = await(lsl.openOutlet(text(1), OutletOptions.defaults()));
        DatagramSocket socket = await(lab.vertx().createDatagramSocket().listen(0, "127.0.0.1"));
        List<String> replies = new CopyOnWriteArrayList<>();
        socket.handler(packet -> replies.add(packet.data().toString()));
        int service = outlet.info().servicePort();

        for (String query : List.of(
                "LSL:shortinfo\r\nname='\r\n%d id\r\n",
                "LSL:shortinfo\r\nname='other'\r\n%d id\r\n",
                "LSL:shortinfo\r\n\r\n99999 id\r\n",
                "LSL:timedata\r\nx\r\n",
                "L",
                "LSL:shortinfo\r\nname='hostile'\r\n%d good\r\n")) {
            await(socket.send(query.formatted(socket.localAddress().port()), service, "127.0.0.1"));
        }

        await().until(() -> !replies.isEmpty());
        assertThat(replies).singleElement().asString().startsWith("good\r\n<?xml");
        assertThat(lsl.stats().queriesRefused()).isPositive();
        assertThat(await(lsl.resolve(StreamQuery.byName("hostile"), 1, Duration.ofSeconds(5))))
                .hasSize(1);
    }

    @Test
    void aConnectionThatFellSilentIsLeftWhenTheDeviceIsFoundElsewhere() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = peer(text(1), out -> {
            out.write(self[0].head());
            out.flush();
            waitFor(end);
        });
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(self[0].info(), QUICK.withSilence(Duration.ofMillis(300)), recorder);
        await().until(() -> inlet.state() == Inlet.State.OPEN);

        Outlet moved = await(lsl.openOutlet(text(1), OutletOptions.defaults()));

        await(moved.whenConsumers(1));
        await().until(() -> recorder.events.size() == 3);
        assertThat(recorder.events).containsExactly("opened", "lost: silent, and found at another outlet", "recovered");
        end.countDown();
    }

    private static void waitFor(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSilentStreamThatIsStillThereIsLeftAlone() {
        Outlet outlet = await(lsl.openOutlet(text(1), OutletOptions.defaults()));
        Recorder recorder = new Recorder();
        lsl.openInlet(lab.find(lsl, "hostile"), QUICK.withSilence(Duration.ofMillis(100)), recorder);
        await(outlet.whenConsumers(1));
        await().until(() -> recorder.events.size() == 1);

        await().during(Duration.ofSeconds(3)).until(() -> recorder.events.size() == 1 && outlet.consumers() == 1);
    }
}
