package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DamageTest {
    private static byte[] chunk(Samples.Shape shape, Codecs codecs) {
        SplittableRandom random = new SplittableRandom(11);
        List<Column> columns = Samples.everyFormat(shape, Samples.Missing.RANDOM, 20, random);
        double[] rawStamps = new double[20];
        Arrays.setAll(rawStamps, i -> 10 + i / 250.0);
        return ChunkEncoder.encode(
                new SampleBlock("stream", 5, 1, TimeBasis.LSL, Samples.regular(20, 4_000_000), rawStamps, columns),
                codecs);
    }

    private static void assertRefused(ThrowingCallable reading) {
        assertThatThrownBy(reading).isInstanceOf(ChunkFormatException.class).hasMessageStartingWith("chunk ");
    }

    @ParameterizedTest
    @EnumSource(Samples.Shape.class)
    void aChunkCutAtAnyByteIsRefused(Samples.Shape shape) {
        byte[] chunk = chunk(shape, Codecs.COMPACT);

        for (int length = 0; length < chunk.length; length++) {
            byte[] cut = Arrays.copyOf(chunk, length);
            assertRefused(() -> ChunkDecoder.decode(cut));
            assertRefused(() -> ChunkDecoder.verify(cut));
            assertRefused(() -> Chunks.renumber(cut, 1, 1));
        }
        assertRefused(() -> ChunkDecoder.decode(Arrays.copyOf(chunk, chunk.length + 1)));
    }

    @ParameterizedTest
    @EnumSource(Samples.Shape.class)
    void everyFlippedBitIsNoticed(Samples.Shape shape) {
        byte[] chunk = chunk(shape, Codecs.COMPACT);

        for (int bit = 0; bit < chunk.length * 8; bit++) {
            chunk[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(() -> ChunkDecoder.decode(chunk));
            assertRefused(() -> ChunkDecoder.verify(chunk));
            chunk[bit / 8] ^= (byte) (1 << bit % 8);
        }
        ChunkDecoder.verify(chunk);
    }

    /** Someone who can compute a CRC can write anything: then the decoder's own checks must hold. */
    @ParameterizedTest
    @EnumSource(Samples.Shape.class)
    void damageUnderRightChecksumsGivesSamplesOrARefusalAndNothingElse(Samples.Shape shape) {
        SplittableRandom random = new SplittableRandom(13);
        byte[] chunk = chunk(shape, Codecs.COMPACT);
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] damaged = chunk.clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Resealed.reseal(damaged);
            try {
                assertThat(ChunkDecoder.decode(damaged).size()).isBetween(1, ChunkLimits.SAMPLES);
            } catch (ChunkFormatException expected) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 4000);
    }
}
