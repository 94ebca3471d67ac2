package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.FeedReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When an outlet sends what was pushed, how much it keeps, and what it looks like on the wire. */
class OutletChunksTest {
    private static final int STAMPED = 10;

    private final TestLab lab = new TestLab();

    @AfterEach
    void close() {
        lab.close();
    }

    private Outlet outlet(ChannelFormat format, int channels, OutletOptions options) {
        return await(lab.lsl()
                .openOutlet(
                        StreamInfo.builder("chunks", "", channels, 0, format, "c")
                                .build(),
                        options));
    }

    /** What a consumer has been sent. */
    private final class Wire {
        private final Buffer bytes = Buffer.buffer();
        private final NetSocket socket;
        private boolean ended;

        Wire(StreamInfo info, String headers) {
            socket = await(lab.vertx().createNetClient().connect(info.dataPort(), "127.0.0.1"));
            socket.handler(this::more);
            socket.endHandler(this::end);
            socket.write("LSL:streamfeed/110 " + info.uid() + "\r\n" + headers + "\r\n");
        }

        private synchronized void more(Buffer some) {
            bytes.appendBuffer(some);
        }

        private synchronized void end(Void end) {
            ended = true;
        }

        synchronized boolean ended() {
            return ended;
        }

        /** After the reply and that many bytes of test samples; null before. */
        synchronized byte[] samples(byte[] head) {
            return bytes.length() < head.length ? new byte[0] : bytes.getBytes(head.length, bytes.length());
        }

        synchronized byte[] head(int length) {
            return bytes.length() < length ? bytes.getBytes() : bytes.getBytes(0, length);
        }
    }

    private static byte[] head(StreamInfo info, WireForm form) {
        return Buffer.buffer(FeedReply.accept(110, info.uid(), form.order(), false, 110))
                .appendBytes(form.head(info))
                .getBytes();
    }

    @Test
    void samplesWaitForTheirChunkUnlessTheyArePushedThrough() {
        StreamInfo info =
                StreamInfo.builder("q", "", 1, 0, ChannelFormat.INT8, "").build();
        SamplePacker packer = new SamplePacker(info, LslLimits.defaults(), false);
        SampleLane lane = new SampleLane(info, WireForm.LITTLE_ENDIAN);
        OutletQueue queue = new OutletQueue(100, 1 << 20, 4);
        boolean[] woken = {false};
        for (int i = 1; i <= 9; i++) {
            byte[] sample = {(byte) i};
            lane.append(
                    sample,
                    1,
                    new double[] {i},
                    packer.one(i),
                    (segment, from, to) -> woken[0] = queue.offer(segment, from, to, false));
            assertThat(woken[0]).isEqualTo(i == 4);
        }

        assertThat(PushedInto.taken(queue)).hasSize(8 * STAMPED);
        assertThat(queue.samples()).isEqualTo(1);
        lane.append(
                new byte[] {10},
                1,
                new double[] {10},
                packer.one(10),
                (segment, from, to) -> woken[0] = queue.offer(segment, from, to, true));
        assertThat(woken[0]).isTrue();
        assertThat(PushedInto.taken(queue)).hasSize(2 * STAMPED);
    }

    @Test
    void collectingAloneNeverLosesASample() {
        StreamInfo info =
                StreamInfo.builder("h", "", 1, 0, ChannelFormat.INT8, "").build();
        SampleLane lane = new SampleLane(info, WireForm.LITTLE_ENDIAN);
        OutletQueue queue = new OutletQueue(10, 1 << 20, 1_000);
        int taken = 0;
        for (int i = 1; i <= 100; i++) {
            boolean[] woken = {false};
            lane.append(
                    new byte[1],
                    1,
                    new double[] {i},
                    1,
                    (segment, from, to) -> woken[0] = queue.offer(segment, from, to, false));
            if (woken[0]) {
                taken += PushedInto.taken(queue).length / STAMPED;
            }
        }

        assertThat(taken).isEqualTo(100);
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void theClientsChunkLengthCountsMoreThanTheOutletsAndTheRestComesAtTheEnd() {
        Outlet outlet = outlet(ChannelFormat.INT8, 1, OutletOptions.defaults().withChunkLength(3));
        byte[] head = head(outlet.info(), WireForm.LITTLE_ENDIAN);
        Wire own = new Wire(outlet.info(), "max-buffer-LENGTH :  100 ; most\r\nMax-Chunk-Length: 5\r\n");
        Wire outlets = new Wire(outlet.info(), "Max-Buffer-Length: 100\r\n");
        await(outlet.whenConsumers(2));
        assertThat(outlet.haveConsumers()).isTrue();

        for (int i = 1; i <= 7; i++) {
            outlet.push(new byte[] {(byte) i}, i, false);
        }

        await().until(() -> own.samples(head).length == 5 * STAMPED && outlets.samples(head).length == 6 * STAMPED);
        outlet.close();
        await().until(() -> own.ended() && outlets.ended());
        assertThat(own.samples(head)).hasSize(7 * STAMPED).isEqualTo(outlets.samples(head));
    }

    @Test
    void aBufferLengthOfNothingOrNoneEndsTheFeedAfterTheTestSamples() {
        Outlet outlet = outlet(ChannelFormat.INT16, 3, OutletOptions.defaults());
        byte[] head = head(outlet.info(), WireForm.LITTLE_ENDIAN);
        Wire nothing = new Wire(outlet.info(), "Max-Buffer-Length: 0\r\n");
        Wire none = new Wire(outlet.info(), "Native-Byte-Order: 1234\r\n");

        await().until(() -> nothing.ended() && none.ended());

        assertThat(nothing.head(1 << 20)).isEqualTo(head);
        assertThat(none.head(1 << 20)).isEqualTo(head);
        assertThat(outlet.consumers()).isZero();
    }

    @Test
    void aNumberThatIsNoneEndsTheConnectionWithoutAWord() {
        Outlet outlet = outlet(ChannelFormat.INT16, 3, OutletOptions.defaults());
        for (String header : new String[] {
            "Max-Buffer-Length: x", "Max-Chunk-Length: 1e", "Native-Byte-Order: big", "Value-Size: two"
        }) {
            Wire wire = new Wire(outlet.info(), "Max-Buffer-Length: 10\r\n" + header + "\r\n");
            await().until(wire::ended);
            assertThat(wire.head(1)).as(header).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void bothOrdersStartWithTheTestPatternOf4096Channels(ChannelFormat format) {
        Outlet outlet = outlet(format, 4_096, OutletOptions.defaults());
        for (WireForm form : new WireForm[] {WireForm.LITTLE_ENDIAN, WireForm.BIG_ENDIAN}) {
            if (form == WireForm.BIG_ENDIAN && format == ChannelFormat.INT8) {
                continue;
            }
            String order = form == WireForm.BIG_ENDIAN ? "4321" : "1234";
            byte[] head = head(outlet.info(), form);
            Wire wire = new Wire(outlet.info(), "Native-Byte-Order: " + order + "\r\nMax-Buffer-Length: 10\r\n");
            await().until(() -> wire.head(head.length).length == head.length);
            assertThat(wire.head(head.length)).isEqualTo(head);
        }
    }

    @Test
    void readersOfBothOrdersGetTheSameSamples() {
        Outlet outlet = outlet(ChannelFormat.INT32, 1, OutletOptions.defaults());
        byte[] littleHead = head(outlet.info(), WireForm.LITTLE_ENDIAN);
        byte[] bigHead = head(outlet.info(), WireForm.BIG_ENDIAN);
        Wire little = new Wire(outlet.info(), "Max-Buffer-Length: 10\r\n");
        Wire big = new Wire(outlet.info(), "Native-Byte-Order: 4321\r\nMax-Buffer-Length: 10\r\n");
        await(outlet.whenConsumers(2));

        outlet.push(new int[] {0x01020304}, 8.5);

        await().until(() -> little.samples(littleHead).length == 13 && big.samples(bigHead).length == 13);
        ByteBuffer first = ByteBuffer.wrap(little.samples(littleHead)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer second = ByteBuffer.wrap(big.samples(bigHead));
        assertThat(second.get(0)).isEqualTo(first.get(0));
        assertThat(second.getDouble(1)).isEqualTo(first.getDouble(1)).isEqualTo(8.5);
        assertThat(second.getInt(9)).isEqualTo(first.getInt(9)).isEqualTo(0x01020304);
    }

    @Test
    void textsMayBeAnyBytes() {
        Outlet outlet = outlet(ChannelFormat.STRING, 2, OutletOptions.defaults());
        byte[] head = head(outlet.info(), WireForm.LITTLE_ENDIAN);
        Wire wire = new Wire(outlet.info(), "Max-Buffer-Length: 10\r\n");
        await(outlet.whenConsumers(1));

        outlet.push(new byte[][] {{(byte) 0xff, 0}, {}}, 1.0);

        await().until(() -> wire.samples(head).length == 15);
        assertThat(wire.samples(head)).endsWith(1, 2, 0xff, 0, 1, 0);
    }

    @Test
    void buffersAreInSecondsOrSamples() {
        StreamInfo regular =
                StreamInfo.builder("r", "", 1, 250, ChannelFormat.INT8, "").build();
        StreamInfo irregular =
                StreamInfo.builder("i", "", 1, 0, ChannelFormat.INT8, "").build();
        OutletOptions options = OutletOptions.defaults();

        assertThat(options.bufferSamples(regular)).isEqualTo(90_000);
        assertThat(options.bufferSamples(irregular)).isEqualTo(36_000);
        assertThat(options.withMaxBufferSeconds(0.5).bufferSamples(regular)).isEqualTo(125);
        assertThat(options.withMaxBufferSeconds(0.001).bufferSamples(regular)).isEqualTo(1);
        assertThat(options.withMaxBufferSamples(7).bufferSamples(regular)).isEqualTo(7);
    }

    @Test
    void waitingForConsumersMayEnd() {
        Outlet outlet = outlet(ChannelFormat.INT8, 1, OutletOptions.defaults());

        assertThat(await(outlet.whenConsumers(1, Duration.ofMillis(20)))).isFalse();
        var somebody = outlet.whenConsumers(1, Duration.ofMinutes(1));
        Wire wire = new Wire(outlet.info(), "Max-Buffer-Length: 10\r\n");
        assertThat(await(somebody)).isTrue();
        assertThat(wire.ended()).isFalse();
    }

    @Test
    void stampsThatAreNotWantedAreReplacedByTheClocks() {
        StreamInfo info =
                StreamInfo.builder("t", "", 1, 10, ChannelFormat.INT8, "").build();
        SamplePacker packer = new SamplePacker(info, LslLimits.defaults(), true);
        double before = LslClock.now();

        assertThat(packer.one(5)).isEqualTo(1);
        assertThat(packer.stamps()[0]).isBetween(before, LslClock.now());
        assertThat(packer.one(Outlet.DEDUCED)).isEqualTo(1);
        assertThat(packer.chunk(3, new double[] {1, 2, 3}, 0)).isEqualTo(1);
        assertThat(packer.stamps()[2]).isBetween(before, LslClock.now());
    }
}
