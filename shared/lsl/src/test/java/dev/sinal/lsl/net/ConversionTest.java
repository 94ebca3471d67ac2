package dev.sinal.lsl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.SampleBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values pushed in another type than the stream's become what pulling them in another type gives. */
class ConversionTest {
    @ParameterizedTest
    @EnumSource(ChannelFormat.class)
    void isWhatAPullInThatTypeGives(ChannelFormat to) {
        for (ChannelFormat from : ChannelFormat.values()) {
            Object values =
                    from.isText() ? new String[] {"-7", "100"} : Conversion.to(from, new double[] {-7.9, 100.2});
            SampleBatch batch = new SampleBatch(from, 1, new double[2], values, 0);
            Object pulled = Conversion.to(to, new int[2]);
            batch.copyTo(0, 2, pulled, 0, new double[2]);

            assertThat(Conversion.to(to, values)).as("%s to %s", from, to).isEqualTo(pulled);
        }
    }

    @Test
    void cutsTowardsZeroAndKeepsTheLowBits() {
        double[] values = {-1.9, 1.9, 70_000, -129};

        assertThat(Conversion.to(ChannelFormat.INT16, values)).isEqualTo(new short[] {-1, 1, 4_464, -129});
        assertThat(Conversion.to(ChannelFormat.INT8, values)).isEqualTo(new byte[] {-1, 1, 112, 127});
        assertThat(Conversion.to(ChannelFormat.INT64, new String[] {"9007199254740993", " 2.5 "}))
                .isEqualTo(new long[] {9_007_199_254_740_993L, 2});
        assertThat(Conversion.to(ChannelFormat.STRING, new float[] {0.1f, 3})).isEqualTo(new String[] {"0.1", "3.0"});
    }

    @Test
    void theStreamsOwnTypeIsNotCopied() {
        float[] values = {1};
        byte[][] raw = {{(byte) 0xff}};

        assertThat(Conversion.to(ChannelFormat.FLOAT32, values)).isSameAs(values);
        assertThat(Conversion.to(ChannelFormat.STRING, raw)).isSameAs(raw);
    }

    @Test
    void whatIsNoNumberAndWhatIsNoSampleIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Conversion.to(ChannelFormat.INT32, new String[] {"two"}));
        assertThatIllegalArgumentException().isThrownBy(() -> Conversion.length("text"));
        assertThatIllegalArgumentException().isThrownBy(() -> Conversion.length(new char[1]));
    }
}
