package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.HostileLab.text;
import static dev.sinal.lsl.net.TestLab.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.FeedRequest;
import dev.sinal.lsl.protocol.TestPattern;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of our outlets that ask nonsense, too much, or never to an end. */
class HostileClientTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int TIMEOUT_MS = 30_000;
    private final List<Socket> sockets = new ArrayList<>();
    private HostileLab hostile = new HostileLab();
    private Outlet outlet;
    private StreamInfo info;

    @BeforeEach
    void open() {
        outlet = await(hostile.lsl.openOutlet(text(1), OutletOptions.defaults()));
        info = outlet.info();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        hostile.close();
    }

    private void reopen(Duration handshake) throws IOException {
        close();
        hostile = new HostileLab(handshake);
        open();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), info.dataPort());
        socket.setSoTimeout(TIMEOUT_MS);
        sockets.add(socket);
        return socket;
    }

    /** Everything that comes until the outlet closes. */
    private String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (java.net.SocketException brokenOff) {
            return "";
        }
    }

    private String feedRequest() {
        return new String(FeedRequest.encode(info, 100, 0), UTF_8);
    }

    /** An inlet still gets everything. */
    private void worksAsBefore() {
        Recorder recorder = new Recorder();
        int before = outlet.consumers();
        hostile.lsl.openInlet(info.withAddress("127.0.0.1"), InletOptions.defaults(), recorder);
        await().atMost(BOUND).until(() -> outlet.consumers() > before && recorder.events.contains("opened"));
        outlet.push(new String[] {"fine"}, 1);
        await().atMost(BOUND).until(() -> recorder.texts().contains("fine"));
        hostile.honestStreamGoesOn();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1#Host: x##",
                "#",
                "##########",
                "LSL:#",
                "LSL:fullinfo/110#",
                "LSL:streamfeed/x y##",
                "LSL:streamfeed/110 %uid#Max-Buffer-Length: many##",
                "LSL:streamfeed/110 %uid#Max-Buffer-Length: 99999999999999999999##",
                "LSL:streamfeed/110 %uid#Native-Byte-Order: 1#Max-Buffer-Length: x##",
                "LSL:shortinfo#name='other'#",
                "LSL:shortinfo#name='#",
                "LSL:shortinfo##########",
                "\u0000\u0001\u0002#\u0003##"
            })
    void nonsenseEndsTheConnection(String request) throws IOException {
        String answer = ask(request.replace("#", "\r\n").replace("%uid", info.uid()));

        assertThat(answer)
                .isIn("", answer.startsWith("<?xml") ? info.withoutDesc().toXml() : "");
        worksAsBefore();
    }

    @Test
    void aHeaderLineWithoutEnd() throws IOException {
        assertThat(ask("x".repeat(20_000))).isEmpty();
        assertThat(ask("LSL:streamfeed/110 " + "x".repeat(20_000))).isEmpty();
        assertThat(ask("LSL:streamfeed/110 " + info.uid() + "\r\nA: b\r\n" + "x".repeat(20_000)))
                .isEmpty();
        assertThat(hostile.lsl.stats().requestsRefused()).isEqualTo(3);
        worksAsBefore();
    }

    @Test
    void headersWithoutEnd() throws IOException {
        assertThat(ask("LSL:streamfeed/110 " + info.uid() + "\r\n" + "A: b\r\n".repeat(100_000)))
                .isEmpty();
        assertThat(hostile.lsl.stats().requestsRefused()).isEqualTo(1);
        worksAsBefore();
    }

    @Test
    void whatWeCannotServeIsRefusedInWords() throws IOException {
        String good = feedRequest();

        assertThat(ask(good.replace(info.uid(), "other"))).isEqualTo(FeedReply.notFound(110));
        assertThat(ask(good.replace("/110", "/200"))).isEqualTo(FeedReply.badVersion(110));
        assertThat(ask(good.replace("Max-Buffer-Length: 100", "Max-Buffer-Length: 0")))
                .isEqualTo(new String(FeedReply.accept(info.uid(), false), UTF_8)
                        + new String(TestPattern.encode(info.format(), 1), UTF_8));
        worksAsBefore();
    }

    @Test
    void aConnectionAnswersOneCommand() throws IOException {
        String other = "LSL:fullinfo\r\nLSL:shortinfo\r\nname='hostile'\r\n" + feedRequest();

        assertThat(ask("LSL:fullinfo\r\n" + other)).isEqualTo(info.toXml());
        assertThat(ask("LSL:shortinfo\r\nname='hostile'\r\n" + other))
                .isEqualTo(info.withoutDesc().toXml());
        assertThat(outlet.consumers()).isZero();
        Socket feed = connect();
        feed.getOutputStream().write((feedRequest() + other).getBytes(UTF_8));
        await().until(() -> outlet.consumers() == 1);
        byte[] head = feed.getInputStream()
                .readNBytes(FeedReply.accept(info.uid(), false).length + TestPattern.encode(info.format(), 1).length);
        outlet.push(new String[] {"next"}, 1);
        byte[] next = feed.getInputStream().readNBytes(15);

        assertThat(new String(head, UTF_8)).startsWith("LSL/110 200 OK");
        assertThat(new String(next, UTF_8)).as("a sample, no second answer").endsWith("next");
    }

    @Test
    void aRequestCutAtEveryByte() throws IOException {
        byte[] request = feedRequest().getBytes(UTF_8);
        for (int length = 0; length < request.length; length++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(request, 0, length);
            }
        }

        assertThat(outlet.consumers()).isZero();
        worksAsBefore();
    }

    @Test
    void aRequestThatDripsForEver() throws IOException {
        reopen(Duration.ofMillis(300));
        Socket socket = connect();
        OutputStream out = socket.getOutputStream();
        out.write("LSL:streamfeed/110 ".getBytes(UTF_8));

        await().pollInterval(Duration.ofMillis(20)).atMost(BOUND).until(() -> {
            try {
                out.write('x');
                return false;
            } catch (IOException closed) {
                return true;
            }
        });
        await().until(() -> hostile.lsl.stats().requestsRefused() == 1);
        worksAsBefore();
    }

    @Test
    void requestsHeldOpenKeepNobodyOut() throws IOException {
        int most = hostile.lsl.config().limits().consumers();
        for (int i = 0; i < 4 * most; i++) {
            connect().getOutputStream().write("LSL:streamfeed/110 ".getBytes(UTF_8));
        }

        worksAsBefore();
        assertThat(hostile.lsl.stats().requestsRefused()).isGreaterThanOrEqualTo(2L * most);
    }

    @Test
    void aThousandConnections() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            connect().close();
        }

        worksAsBefore();
    }

    @Test
    void consumersBeyondTheLimitAreRefusedAndThoseServedStay() throws IOException {
        int most = hostile.lsl.config().limits().consumers();
        for (int i = 0; i < most; i++) {
            connect().getOutputStream().write(feedRequest().getBytes(UTF_8));
        }
        await().atMost(BOUND).until(() -> outlet.consumers() == most);

        for (int i = 0; i < 20; i++) {
            assertThat(ask(feedRequest())).isEmpty();
        }

        assertThat(outlet.consumers()).isEqualTo(most);
        assertThat(hostile.lsl.stats().requestsRefused()).isEqualTo(20);
        sockets.get(0).close();
        await().atMost(BOUND).until(() -> outlet.consumers() == most - 1);
        worksAsBefore();
    }

    @Test
    void aConsumerThatNeverReadsLosesItsSamplesAlone() throws IOException {
        Socket deaf = connect();
        deaf.getOutputStream().write(feedRequest().getBytes(UTF_8));
        await().until(() -> outlet.consumers() == 1);
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(info.withAddress("127.0.0.1"), InletOptions.defaults(), recorder);
        await(outlet.whenConsumers(2));
        await().until(() -> recorder.events.contains("opened"));
        String large = "x".repeat(50_000);

        for (int i = 1; i <= 1_000; i++) {
            outlet.push(new String[] {large}, i);
            int sent = i;
            await().pollInterval(Duration.ofMillis(1)).atMost(BOUND).until(() -> recorder.count() == sent);
        }

        assertThat(outlet.dropped()).as("more than 100 do not wait for it").isBetween(1L, 900L);
        hostile.honestStreamGoesOn();
    }

    @Test
    void anAnswerThatNobodyReadsIsGivenUp() throws IOException {
        reopen(Duration.ofMillis(300));
        StreamInfo large = StreamInfo.builder("large", "", 1, 0, text(1).format(), "l")
                .desc(dev.sinal.lsl.DescElement.builder("a")
                        .text("x".repeat(16 << 20))
                        .build())
                .build();
        outlet = await(hostile.lsl.openOutlet(large, OutletOptions.defaults()));
        info = outlet.info();
        connect().getOutputStream().write("LSL:fullinfo\r\n".getBytes(UTF_8));

        await().atMost(BOUND).until(() -> hostile.lsl.stats().requestsRefused() == 1);
        hostile.honestStreamGoesOn();
    }
}
