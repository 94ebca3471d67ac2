package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large archives in small pieces: a peer that sends slowly must not cost more than one that sends fast. */
class ArchiveDripTest {
    private static final LslLimits LIMITS = LslLimits.defaults();

    private static StreamInfo stream(ChannelFormat format, int channels) {
        return StreamInfo.builder("drip", "", channels, 100, format, "drip-1")
                .build()
                .served("0f1e2d3c-0000-4000-8000-000000000000", "h", "default", 1, 1, 1);
    }

    private static ArchiveDecoder opened(StreamInfo info) {
        ArchiveDecoder decoder = new ArchiveDecoder(info, LIMITS);
        byte[] head = ArchiveEncoder.head(info);
        decoder.feed(head, 0, head.length);
        assertThat(decoder.next(0)).isNull();
        assertThat(decoder.verified()).isTrue();
        return decoder;
    }

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void thePatternOfThousandsOfChannelsIsRightInBothProtocolsAndOrders(ChannelFormat format) {
        int channels = LIMITS.channels();
        StreamInfo info = stream(format, channels);
        opened(info);
        for (java.nio.ByteOrder order :
                new java.nio.ByteOrder[] {java.nio.ByteOrder.LITTLE_ENDIAN, java.nio.ByteOrder.BIG_ENDIAN}) {
            SampleEncoder pattern = new SampleEncoder(format, channels, order);
            for (int offset : TestPattern.OFFSETS) {
                pattern.append(TestPattern.values(format, channels, offset), 0, TestPattern.STAMP, false);
            }
            byte[] right = pattern.toBytes();
            SampleDecoder decoder = new SampleDecoder(format, channels, 100, order, false, LIMITS);
            decoder.feed(right, 0, right.length);
            decoder.next(0);
            assertThat(decoder.verified()).isTrue();

            byte[] wrong = right.clone();
            wrong[wrong.length - 1] ^= 1;
            SampleDecoder other = new SampleDecoder(format, channels, 100, order, false, LIMITS);
            other.feed(wrong, 0, wrong.length);
            assertThatThrownBy(() -> other.next(0)).isInstanceOf(LslProtocolException.class);
        }
    }

    /** Looking at every sample from its start again for each piece would be 10^10 values. */
    @Test
    void aSampleOfThousandsOfChannelsMayComeByteByByte() {
        StreamInfo info = stream(ChannelFormat.INT64, LIMITS.channels());
        ArchiveDecoder decoder = opened(info);
        byte[] sample = new byte[2 + 9 * LIMITS.channels()];
        sample[0] = 1;
        sample[1] = SampleEncoder.DEDUCED;
        for (int c = 0; c < LIMITS.channels(); c++) {
            sample[2 + 9 * c] = 8;
            sample[3 + 9 * c] = (byte) c;
            sample[9 + 9 * c] = 1;
        }
        byte[] stamped = {1, SampleEncoder.TRANSMITTED, 0};

        SampleBatch got = org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            SampleBatch last = null;
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < sample.length; i++) {
                    decoder.feed(sample, i, 1);
                    last = decoder.next(0);
                }
            }
            decoder.feed(stamped, 0, stamped.length);
            return last == null ? decoder.giveUpHolding(0) : last;
        });

        assertThat(got).isNotNull();
        long[] values = (long[]) got.values();
        assertThat(values).hasSize(20 * LIMITS.channels());
        assertThat(values[257]).isEqualTo(1L + (1L << 48));
    }

    @Test
    void aLongTextMayComeInManySmallPieces() {
        StreamInfo info = stream(ChannelFormat.STRING, 1);
        ArchiveDecoder decoder = opened(info);
        int length = LIMITS.stringBytes();
        decoder.feed(new byte[] {1, SampleEncoder.TRANSMITTED, 1, 1, 3, 0, 0, (byte) (length >> 16)}, 0, 8);
        byte[] piece = new byte[16];
        Arrays.fill(piece, (byte) 'x');

        SampleBatch got = null;
        for (int sent = 0; sent < length; sent += piece.length) {
            assertThat(got).isNull();
            decoder.feed(piece, 0, piece.length);
            got = decoder.next(0);
        }

        assertThat(got).isNotNull();
        assertThat(got.stringAt(0, 0)).hasSize(length);
    }

    @Test
    void samplesThatWaitForAStampComeBeforeAViolation() {
        ArchiveDecoder decoder = opened(stream(ChannelFormat.INT8, 1));
        decoder.feed(new byte[] {1, SampleEncoder.DEDUCED, 1, 5, 9}, 0, 5);

        SampleBatch held = decoder.next(0);

        assertThat(held).isNotNull();
        assertThat((byte[]) held.values()).containsExactly((byte) 5);
        assertThatThrownBy(() -> decoder.next(0)).isInstanceOf(LslProtocolException.class);
    }
}
