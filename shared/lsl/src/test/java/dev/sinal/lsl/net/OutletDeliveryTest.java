package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.FeedRequest;
import dev.sinal.lsl.protocol.SampleDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What consumers get when they are many, late or slow. */
class OutletDeliveryTest {
    private final TestLab lab = new TestLab();

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void everyConsumerGetsEverySampleInTheSameOrderFromSeveralThreads() throws InterruptedException {
        Lsl lsl = lab.lsl();
        Outlet outlet = await(lsl.openOutlet(
                StreamInfo.builder("many", "", 2, 0, ChannelFormat.INT32, "m").build(), OutletOptions.defaults()));
        List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
        StreamInfo found = lab.find(lsl, "many");
        recorders.forEach(recorder -> lsl.openInlet(found, InletOptions.defaults(), recorder));
        await(outlet.whenConsumers(3));

        List<Thread> producers = new ArrayList<>();
        for (int producer = 0; producer < 3; producer++) {
            int id = producer;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    outlet.push(new int[] {id, i}, 1 + i);
                }
            });
            thread.start();
            producers.add(thread);
        }
        for (Thread thread : producers) {
            thread.join();
        }

        recorders.forEach(recorder -> await().until(() -> recorder.count() == 15_000));
        List<String> first = recorders.get(0).texts();
        assertThat(recorders.get(1).texts()).isEqualTo(first);
        assertThat(recorders.get(2).texts()).isEqualTo(first);
        int[] next = new int[3];
        for (int i = 0; i < first.size(); i += 2) {
            assertThat(Integer.parseInt(first.get(i + 1))).isEqualTo(next[Integer.parseInt(first.get(i))]++);
        }
        assertThat(outlet.dropped()).isZero();
    }

    @Test
    void aStalledConsumerFindsItsLossCountedAndEveryStampRight() {
        // Sample i carries the value i and the stamp 1000 + i / 100: any wrong deduction shows.
        int chunk = 1_000;
        int chunks = 200;
        Outlet outlet = await(lab.lsl()
                .openOutlet(
                        StreamInfo.builder("slow", "", 64, 100, ChannelFormat.FLOAT32, "s")
                                .build(),
                        OutletOptions.defaults().withMaxBufferSamples(5_000)));
        StreamInfo info = outlet.info();
        NetClient client = lab.vertx().createNetClient();
        List<Buffer> wire = new CopyOnWriteArrayList<>();
        NetSocket socket = await(client.connect(info.dataPort(), "127.0.0.1").compose(open -> {
            open.handler(wire::add);
            open.pause();
            return open.write(Buffer.buffer(FeedRequest.encode(info, 100_000, 0)))
                    .map(open);
        }));
        await(outlet.whenConsumers(1));

        for (int i = 0; i < chunks; i++) {
            float[] values = new float[chunk * 64];
            for (int row = 0; row < chunk; row++) {
                Arrays.fill(values, row * 64, (row + 1) * 64, i * chunk + row);
            }
            outlet.pushChunk(values, chunk, null, 1000 + ((i + 1) * chunk - 1) / 100.0);
        }
        await().until(() -> outlet.dropped() > 0);
        long dropped = outlet.dropped();
        socket.resume();

        byte[] head = FeedReply.accept(info.uid(), false);
        SampleDecoder decoder = new SampleDecoder(
                info.format(),
                64,
                100,
                ByteOrder.LITTLE_ENDIAN,
                false,
                lab.config().limits());
        List<SampleBatch> batches = new ArrayList<>();
        int[] taken = {0};
        int[] skip = {head.length};
        await().until(() -> {
            for (; taken[0] < wire.size(); taken[0]++) {
                byte[] bytes = wire.get(taken[0]).getBytes();
                int from = Math.min(skip[0], bytes.length);
                skip[0] -= from;
                decoder.feed(bytes, from, bytes.length - from);
                SampleBatch batch = decoder.next(0);
                if (batch != null) {
                    batches.add(batch);
                }
            }
            return batches.stream().mapToLong(SampleBatch::size).sum() == (long) chunk * chunks - dropped;
        });
        float last = -1;
        for (SampleBatch batch : batches) {
            for (int i = 0; i < batch.size(); i++) {
                float value = batch.floatAt(i, 63);
                assertThat(value).isGreaterThan(last);
                last = value;
                assertThat(batch.stamp(i))
                        .isCloseTo(1000 + value / 100.0, org.assertj.core.api.Assertions.within(1e-6));
            }
        }
        assertThat(last).isEqualTo(chunk * chunks - 1f);
    }

    @Test
    void aConsumerThatJoinsInTheMiddleOfAChunkGetsAnExplicitStampFirst() {
        StreamInfo info =
                StreamInfo.builder("mid", "", 1, 10, ChannelFormat.INT8, "").build();
        PushedInto pushes = new PushedInto(info);
        OutletQueue late = new OutletQueue(10, 1 << 20, 0);

        pushes.one(new byte[] {1}, 100.0);
        pushes.one(new byte[] {2}, Outlet.DEDUCED, late);
        byte[] wire = PushedInto.taken(late);

        assertThat(wire).hasSize(10).startsWith((byte) 2);
        assertThat(Buffer.buffer(wire).getDoubleLE(1)).isEqualTo(100.1);
    }
}
