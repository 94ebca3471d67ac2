package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.SampleBatch;
import java.lang.reflect.Array;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReusedBatchTest {
    private static final int CHANNELS = 9;

    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void holdTheSameAsNewOnes(ChannelFormat format) {
        byte[] wire = wire(format);
        SampleDecoder fresh = decoder(format);
        SampleDecoder reusing = decoder(format);
        reusing.reuseBatches();
        Random random = new Random(7);
        int samples = 0;
        for (int at = 0; at < wire.length; ) {
            int some = Math.min(wire.length - at, 1 + random.nextInt(900));
            fresh.feed(wire, at, some);
            reusing.feed(wire, at, some);
            at += some;
            SampleBatch expected = fresh.next(1);
            SampleBatch got = reusing.next(1);
            assertThat(got == null).isEqualTo(expected == null);
            if (expected != null && got != null) {
                samples += expected.size();
                same(got, expected);
                same(got.kept(), expected);
                assertThat(got.kept().stamps()).hasSize(expected.size());
            }
        }
        assertThat(samples).isEqualTo(200);
    }

    private static void same(SampleBatch got, SampleBatch expected) {
        assertThat(got.size()).isEqualTo(expected.size());
        assertThat(Arrays.copyOf(got.stamps(), got.size())).isEqualTo(expected.stamps());
        for (int i = 0; i < expected.size() * CHANNELS; i++) {
            assertThat(Array.get(got.values(), i)).isEqualTo(Array.get(expected.values(), i));
        }
    }

    private static SampleDecoder decoder(ChannelFormat format) {
        return new SampleDecoder(format, CHANNELS, 100, ByteOrder.LITTLE_ENDIAN, false, LslLimits.defaults());
    }

    private static byte[] wire(ChannelFormat format) {
        SampleEncoder encoder = new SampleEncoder(format, CHANNELS);
        for (int offset : new int[] {4, 2}) {
            encoder.append(TestPattern.values(format, CHANNELS, offset), 0, 123456.789, false);
        }
        for (int i = 0; i < 200; i++) {
            encoder.append(TestPattern.values(format, CHANNELS, i), 0, 5 + i, i % 3 != 0);
        }
        return encoder.toBytes();
    }
}
