package dev.sinal.lsl.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.SampleDecoder;
import dev.sinal.lsl.protocol.TestPattern;
import io.netty.buffer.ByteBuf;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleLaneTest {
    @Test
    void twoConsumersAreSentTheSameMemory() {
        PushedInto pushes = new PushedInto(info(ChannelFormat.FLOAT32, 16));
        OutletQueue one = new OutletQueue(100, 1 << 20, 0);
        OutletQueue two = new OutletQueue(100, 1 << 20, 0);

        pushes.chunk(new float[32], 2, 5.0, one, two);
        ByteBuf first = one.take(1 << 16);
        ByteBuf second = two.take(1 << 16);

        assertThat(first.memoryAddress()).isEqualTo(second.memoryAddress());
        assertThat(first.readableBytes()).isEqualTo(2 * 64 + 9 + 1);
        first.release();
        second.release();
    }

    @Test
    void aConsumerThatKeepsUpMakesTheSegmentsTakeTurns() {
        SampleLane lane = new SampleLane(info(ChannelFormat.FLOAT32, 64), WireForm.LITTLE_ENDIAN);
        OutletQueue queue = new OutletQueue(100_000, 1 << 24, 0);
        List<SampleSegment> seen = new ArrayList<>();
        double[] stamps = new double[100];

        for (int push = 0; push < 1_000; push++) {
            lane.append(new float[6_400], 100, stamps, 1, (segment, from, to) -> {
                if (!seen.contains(segment)) {
                    seen.add(segment);
                }
                queue.offer(segment, from, to, true);
            });
            for (ByteBuf next = queue.take(1 << 16); next != null; next = queue.take(1 << 16)) {
                next.release();
            }
        }

        assertThat(seen).hasSizeBetween(1, 3);
    }

    @Test
    void aConsumerThatLagsKeepsItsSamplesUntilItHasThem() {
        StreamInfo info = info(ChannelFormat.INT32, 3);
        PushedInto pushes = new PushedInto(info);
        OutletQueue quick = new OutletQueue(1_000_000, 1 << 24, 0);
        OutletQueue slow = new OutletQueue(1_000_000, 1 << 24, 0);
        SampleDecoder decoder = verified(info);
        Random random = new Random(4);
        int pushed = 0;
        int taken = 0;

        while (pushed < 40_000) {
            int samples = 1 + random.nextInt(300);
            int[] values = new int[3 * samples];
            for (int i = 0; i < values.length; i++) {
                values[i] = 3 * pushed + i;
            }
            pushes.chunk(values, samples, random.nextBoolean() ? Outlet.DEDUCED : 10.0, quick, slow);
            pushed += samples;
            PushedInto.taken(quick);
            if (random.nextInt(20) == 0) {
                taken = numbersFollow(decoder, slow, taken);
            }
        }
        taken = numbersFollow(decoder, slow, taken);

        assertThat(taken).isEqualTo(pushed);
        assertThat(slow.dropped()).isZero();
    }

    @Test
    void textsLargerThanASegmentGetOneOfTheirOwn() {
        StreamInfo info = info(ChannelFormat.STRING, 1);
        PushedInto pushes = new PushedInto(info);
        OutletQueue queue = new OutletQueue(100, 1 << 24, 0);
        SampleDecoder decoder = verified(info);
        String[] texts = {"a", "ü".repeat(300_000), "", "\ud83d\ude00\ud83d", "z".repeat(256)};

        pushes.chunk(texts, texts.length, 10.0, queue);
        byte[] wire = PushedInto.taken(queue);
        decoder.feed(wire, 0, wire.length);
        SampleBatch batch = decoder.next(0);

        assertThat(batch).isNotNull();
        assertThat((String[]) batch.values())
                .containsExactly("a", "ü".repeat(300_000), "", "\ud83d\ude00?", "z".repeat(256));
    }

    @Test
    void aClosedQueueHoldsNothing() {
        PushedInto pushes = new PushedInto(info(ChannelFormat.INT8, 4));
        OutletQueue queue = new OutletQueue(100, 1 << 20, 0);
        SampleSegment[] used = new SampleSegment[1];
        SampleLane lane = new SampleLane(info(ChannelFormat.INT8, 4), WireForm.BIG_ENDIAN);
        lane.append(new byte[4], 1, new double[] {1}, 1, (segment, from, to) -> {
            used[0] = segment;
            queue.offer(segment, from, to, true);
        });
        assertThat(used[0].isFree()).isFalse();

        queue.close();
        pushes.one(new byte[4], 2.0, queue);

        assertThat(used[0].isFree()).isTrue();
        assertThat(queue.take(100)).isNull();
    }

    private static int numbersFollow(SampleDecoder decoder, OutletQueue queue, int from) {
        byte[] wire = PushedInto.taken(queue);
        decoder.feed(wire, 0, wire.length);
        int next = from;
        for (SampleBatch batch = decoder.next(0); batch != null; batch = decoder.next(0)) {
            for (int i = 0; i < batch.size(); i++, next++) {
                assertThat(batch.longAt(i, 0)).isEqualTo(3L * next);
                assertThat(batch.longAt(i, 2)).isEqualTo(3L * next + 2);
            }
        }
        return next;
    }

    private static SampleDecoder verified(StreamInfo info) {
        SampleDecoder decoder = new SampleDecoder(
                info.format(),
                info.channelCount(),
                info.nominalRate(),
                ByteOrder.LITTLE_ENDIAN,
                false,
                LslLimits.defaults());
        byte[] pattern = TestPattern.encode(info.format(), info.channelCount());
        decoder.feed(pattern, 0, pattern.length);
        decoder.next(0);
        return decoder;
    }

    private static StreamInfo info(ChannelFormat format, int channels) {
        return StreamInfo.builder("lane", "", channels, 100, format, "").build();
    }
}
