package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.HostileLab.QUICK;
import static dev.sinal.lsl.net.HostileLab.stream;
import static dev.sinal.lsl.net.HostileLab.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.SampleEncoder;
import dev.sinal.lsl.protocol.TestPattern;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outlets that lie, stall or break off between the first byte of the handshake and the last of a sample. */
class HostileFeedTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private final CountDownLatch end = new CountDownLatch(1);
    private HostileLab hostile = new HostileLab();

    @AfterEach
    void close() {
        end.countDown();
        hostile.close();
    }

    /** A peer whose script knows it. */
    private interface SelfScript {
        void run(ScriptedPeer self, OutputStream out) throws IOException;
    }

    private ScriptedPeer peer(StreamInfo info, SelfScript script) throws IOException {
        ScriptedPeer[] self = new ScriptedPeer[1];
        self[0] = hostile.peer(info, out -> {
            script.run(self[0], out);
            out.flush();
        });
        return self[0];
    }

    private void stall() {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forEver(OutputStream out, byte[] junk) throws IOException {
        while (true) {
            out.write(junk);
        }
    }

    @Test
    void anEndlessHeaderLine() throws IOException {
        hostile.givesUpOn(
                peer(text(1), (self, out) -> forEver(out, "x".repeat(8192).getBytes(UTF_8))), "header line");
    }

    @Test
    void endlessHeaders() throws IOException {
        hostile.givesUpOn(
                peer(text(1), (self, out) -> {
                    out.write("LSL/110 200 OK\r\n".getBytes(UTF_8));
                    forEver(out, "X: y\r\n".repeat(1_000).getBytes(UTF_8));
                }),
                "header lines");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LSL/200 200 OK##                                                | protocol version",
                "HTTP/1.1 200 OK#                                                | status line",
                "LSL/110 500 Oops                                                | status",
                "LSL/110 500 Oops#                                               | status",
                "LSL/110 505 Version not supported                               | status",
                "LSL/110 200 OK#Data-Protocol-Version: 111##                     | Data-Protocol-Version",
                "LSL/110 200 OK#Data-Protocol-Version: x##                       | Data-Protocol-Version",
                "LSL/110 200 OK#Data-Protocol-Version: 99999999999##             | Data-Protocol-Version",
                "LSL/110 200 OK#Byte-Order: 2143#Data-Protocol-Version: 110##    | Byte-Order",
                "LSL/99999999999999 200 OK#                                      | status line",
                "LSL/110 -1 OK##                                                 | status",
                "LSL/110 200 OK#UID: somebody-else#Data-Protocol-Version: 110##  | UID",
                "\u0000\u0001\u0002\u0003#                                       | status line"
            })
    void anAnswerThatIsNoFeed(String reply, String field) throws IOException {
        byte[] bytes = reply.replace("#", "\r\n").getBytes(UTF_8);
        hostile.givesUpOn(peer(text(1), (self, out) -> out.write(bytes)), field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LSL/110 301 Moved", "LSL/110 404 Not found", "LSL/110 404 Not found\r\n\r\n"})
    void aRefusalThatMayPassIsTriedAgain(String reply) throws IOException {
        ScriptedPeer peer = peer(text(1), (self, out) -> out.write(reply.getBytes(UTF_8)));
        Recorder recorder = new Recorder();
        Inlet inlet = hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().atMost(BOUND).until(() -> peer.feeds.get() > 5);
        assertThat(inlet.state()).isEqualTo(Inlet.State.CONNECTING);
        assertThat(recorder.events).isEmpty();
        hostile.honestStreamGoesOn();
    }

    @Test
    void anotherMinorVersionIsTakenAsItIs() throws IOException {
        ScriptedPeer peer = peer(text(1), (self, out) -> {
            out.write(new String(FeedReply.accept(self.info().uid(), false), UTF_8)
                    .replace("LSL/110", "LSL/111")
                    .getBytes(UTF_8));
            out.write(TestPattern.encode(ChannelFormat.STRING, 1));
            out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 1, 2, 'o', 'k'});
        });
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(peer.info(), QUICK.withRecover(false), recorder);

        await().until(() -> recorder.events.size() == 2);
        assertThat(recorder.texts()).containsExactly("ok");
    }

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void aWrongValueInTheTestPattern(ChannelFormat format) throws IOException {
        hostile.givesUpOn(
                peer(stream(format, 3), (self, out) -> {
                    byte[] head = self.head();
                    head[head.length - 1] ^= 1;
                    out.write(head);
                }),
                "test pattern");
    }

    @Test
    void aWrongStampInTheTestPattern() throws IOException {
        hostile.givesUpOn(
                peer(stream(ChannelFormat.INT32, 1), (self, out) -> {
                    byte[] head = self.head();
                    head[head.length - 5] ^= 1; // the last byte of the second stamp
                    out.write(head);
                }),
                "test pattern stamp");
    }

    @Test
    void aDeducedStampInTheTestPattern() throws IOException {
        hostile.givesUpOn(
                peer(stream(ChannelFormat.INT32, 1), (self, out) -> {
                    out.write(FeedReply.accept(self.info().uid(), false));
                    out.write(new byte[] {1, 4, 0, 0, 0, 1, 2, 0, 0, 0});
                }),
                "test pattern stamp");
    }

    /** What follows is shifted by a sample, so the wrong count shows in the second one. */
    @Test
    void aTestPatternOfOneSample() throws IOException {
        hostile.givesUpOn(
                peer(stream(ChannelFormat.INT32, 1), (self, out) -> {
                    byte[] head = self.head();
                    out.write(head, 0, head.length - 13);
                    out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 1, 0, 0, 0});
                }),
                "test pattern stamp");
    }

    @ParameterizedTest
    @CsvSource({
        "04 00000080, string length", // 2 GiB
        "04 ffffffff, string length",
        "04 01001000, string length", // 1 MiB and one byte
        "08 0000000000000080, string length", // 2^63: negative as a signed number
        "08 ffffffffffffff7f, string length",
        "08 0000000001000000, string length", // 4 GiB: nothing in the lower half
        "03 010000, string length width",
        "00 00, string length width",
        "ff ff, string length width",
        "10 00, string length width"
    })
    void aStringThatIsLongerThanItMayBe(String lengthBytes, String field) throws IOException {
        byte[] length = java.util.HexFormat.of().parseHex(lengthBytes.replace(" ", ""));
        Recorder recorder = hostile.givesUpOn(
                peer(text(1), (self, out) -> {
                    out.write(self.head());
                    out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 1, 2, 'o', 'k'});
                    out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f});
                    out.write(length);
                    out.flush();
                    forEver(out, new byte[65_536]);
                }),
                field);

        assertThat(recorder.texts()).as("what came before").containsExactly("ok", "ok", "ok");
        assertThat(recorder.events.get(0)).isEqualTo("opened");
        assertThat(recorder.events.get(1)).startsWith("lost: " + field);
    }

    @Test
    void manyStringsThatAreTooLongTogether() throws IOException {
        hostile.givesUpOn(
                peer(text(8), (self, out) -> {
                    out.write(self.head());
                    out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f});
                    while (true) {
                        out.write(new byte[] {4, 0, 0, 0x10, 0}); // 1 MiB each, 4 MiB together allowed
                        out.write(new byte[1 << 20]);
                    }
                }),
                "sample size");
    }

    /** A peer that cuts its k-th feed after k bytes, and the samples that were complete by then. */
    @ParameterizedTest
    @CsvSource({"STRING,2", "FLOAT32,3", "INT8,1"})
    void aConnectionCutAtEveryByte(ChannelFormat format, int channels) throws IOException {
        SampleEncoder encoder = new SampleEncoder(format, channels);
        Object pattern = TestPattern.values(format, channels, 4);
        int[] ends = new int[3];
        for (int i = 0; i < ends.length; i++) {
            encoder.append(pattern, 0, 1.5 + i, i == 1);
            ends[i] = encoder.size();
        }
        byte[] samples = encoder.toBytes();
        AtomicInteger cut = new AtomicInteger();
        ScriptedPeer peer = peer(stream(format, channels), (self, out) -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(self.head());
            all.write(samples);
            out.write(all.toByteArray(), 0, Math.min(cut.getAndIncrement(), all.size()));
            if (cut.get() > all.size()) {
                stallAfter(out);
            }
        });
        int head = peer.head().length;
        int opened = samples.length + 1;
        int expected = 0;
        for (int sample : ends) {
            expected += samples.length - sample + 1;
        }
        Recorder recorder = new Recorder();
        InletOptions stubborn = QUICK.withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));

        hostile.lsl.openInlet(peer.info(), stubborn, recorder);

        await().atMost(BOUND).until(() -> recorder.events.size() == 2 * opened - 1);
        int complete = expected;
        await().atMost(BOUND).until(() -> recorder.count() == complete);
        assertThat(recorder.events).filteredOn("opened"::equals).hasSize(opened);
        assertThat(peer.feeds.get()).isEqualTo(head + opened);
        assertThat(recorder.failures).isEmpty();
        assertThat(hostile.lsl.stats().violations()).isZero();
        hostile.honestStreamGoesOn();
    }

    private void stallAfter(OutputStream out) throws IOException {
        out.flush();
        stall();
    }

    @Test
    void undatedSamplesAreDeliveredAtEveryCut() throws IOException {
        AtomicInteger cut = new AtomicInteger();
        byte[] undated = {1, 1, 1, 'a', 1, 1, 1, 'b', 1, 1, 1, 'c'};
        ScriptedPeer peer = peer(text(1), (self, out) -> {
            out.write(self.head());
            out.write(undated, 0, Math.min(undated.length, cut.getAndIncrement()));
        });
        Recorder recorder = new Recorder();

        hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().atMost(BOUND).until(() -> recorder.texts().contains("c"));
        assertThat(recorder.texts())
                .startsWith("a", "a", "a", "a", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "c");
        assertThat(recorder.stamps()).containsOnly(Double.NaN);
    }

    @Test
    void aConnectionBrokenOffInTheMiddleOfASample() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        Recorder recorder = new Recorder();
        ScriptedPeer peer = peer(text(1), (self, out) -> {
            out.write(self.head());
            out.write(new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 1, 2, 'o', 'k', 2, 0, 0});
            out.flush();
            int before = seen.incrementAndGet();
            await().until(() -> recorder.count() >= before);
            throw new ScriptedPeer.Reset();
        });

        hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().atMost(BOUND).until(() -> recorder.count() >= 3);
        assertThat(recorder.events)
                .startsWith("opened")
                .filteredOn("opened"::equals)
                .hasSizeGreaterThan(1);
        assertThat(recorder.failures).isEmpty();
        hostile.honestStreamGoesOn();
    }

    @Test
    void aDripThatIsSlowIsReadAsItComes() throws IOException {
        ScriptedPeer peer = peer(text(1), (self, out) -> {
            for (byte each : self.head()) {
                out.write(each);
                out.flush();
            }
            for (byte each : new byte[] {2, 0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f, 1, 2, 'o', 'k'}) {
                out.write(each);
                out.flush();
            }
            out.write(new byte[] {2, 0, 0});
        });
        Recorder recorder = new Recorder();

        hostile.lsl.openInlet(peer.info(), QUICK.withRecover(false), recorder);

        await().until(() -> recorder.events.size() == 2);
        assertThat(recorder.events.get(0)).isEqualTo("opened");
        assertThat(recorder.events.get(1)).startsWith("lost: ");
        assertThat(recorder.texts()).containsExactly("ok");
    }

    /** Each byte comes in time, the whole does not: the limit is on the handshake, not on a pause in it. */
    @Test
    void aHandshakeThatDripsForEverIsGivenUp() throws IOException {
        hostile.close();
        hostile = new HostileLab(Duration.ofMillis(200));
        ScriptedPeer peer = peer(text(1), (self, out) -> {
            out.write("LSL/110 200 OK\r\nX: ".getBytes(UTF_8));
            while (end.getCount() > 0) {
                out.write('x');
                out.flush();
                await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            }
        });
        Recorder recorder = tries(peer);

        assertThat(recorder.attempts).allSatisfy(each -> assertThat(each).isEqualTo("no feed within 200 ms"));
    }

    @Test
    void aPeerThatAcceptsAndSaysNothingIsGivenUp() throws IOException {
        hostile.close();
        hostile = new HostileLab(Duration.ofMillis(200));

        tries(peer(text(1), (self, out) -> stall()));
        tries(hostile.peer(text(1), out -> stall(), out -> {}));
    }

    private Recorder tries(ScriptedPeer peer) {
        Recorder recorder = new Recorder();
        hostile.lsl.openInlet(peer.info(), QUICK, recorder);
        await().atMost(BOUND).until(() -> recorder.attempts.size() >= 3);
        assertThat(recorder.events).isEmpty();
        hostile.honestStreamGoesOn();
        return recorder;
    }

    @Test
    void aPeerThatGoesAtOnceIsTriedAgainAndAgainButNotAccused() throws IOException {
        ScriptedPeer gone = peer(text(1), (self, out) -> {});
        Recorder recorder = new Recorder();
        Inlet inlet = hostile.lsl.openInlet(gone.info(), QUICK, recorder);

        await().until(() -> gone.feeds.get() > 5);
        assertThat(recorder.events).isEmpty();
        assertThat(inlet.state()).isEqualTo(Inlet.State.CONNECTING);
        assertThat(hostile.lsl.stats().violations()).isZero();
    }

    @Test
    void samplesThatNobodyDatedAreDeliveredBeforeTheLossIsReported() throws IOException {
        ScriptedPeer peer = peer(text(1), (self, out) -> {
            out.write(self.head());
            out.write(new byte[] {1, 1, 1, 'a', 1, 1, 1, 'b'});
        });
        Recorder recorder = new Recorder();

        hostile.lsl.openInlet(peer.info(), QUICK.withRecover(false), recorder);

        await().until(() -> recorder.events.size() == 2);
        assertThat(recorder.texts()).containsExactly("a", "b");
        assertThat(recorder.stamps()).containsOnly(Double.NaN);
    }

    @Test
    void aFloodOfSamplesIsTold() throws IOException {
        ScriptedPeer peer = peer(stream(ChannelFormat.INT8, 1), (self, out) -> {
            out.write(self.head());
            SampleEncoder encoder = new SampleEncoder(ChannelFormat.INT8, 1);
            for (int i = 0; i < 1_000; i++) {
                encoder.append(new byte[] {1}, 0, 1.0, false);
            }
            byte[] thousand = encoder.toBytes();
            while (end.getCount() > 0) {
                out.write(thousand);
            }
        });
        Recorder recorder = new Recorder() {
            @Override
            public void samples(dev.sinal.lsl.SampleBatch batch) {
                // Too many to keep.
            }
        };

        Inlet inlet = hostile.lsl.openInlet(peer.info(), QUICK, recorder);

        await().atMost(BOUND).until(() -> !recorder.warnings.isEmpty());
        LslProtocolException flood = recorder.warnings.get(0);
        assertThat(flood.field()).isEqualTo("samples per second");
        assertThat(flood.limit()).isEqualTo(1_000);
        assertThat(hostile.lsl.stats().peersFlagged()).isEqualTo(1);
        assertThat(inlet.state()).isEqualTo(Inlet.State.OPEN);
        hostile.honestStreamGoesOn();
    }
}
