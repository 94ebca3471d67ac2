package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Any bytes give samples or a {@link ChunkFormatException}. In the build this runs on the recorded inputs; with
 * {@code JAZZER_FUZZ=1} it looks for new ones.
 */
class ChunkDecoderFuzzTest {
    private static final int MOST_SAMPLES_TO_COMPRESS = 2000;

    @FuzzTest(maxDuration = "60s")
    void anyBytesAreSamplesOrRefused(byte[] bytes) {
        Resealed.reseal(bytes); // or no guess would ever pass the checksums
        SampleBlock block;
        try {
            block = ChunkDecoder.decode(bytes);
        } catch (ChunkFormatException expected) {
            return;
        }
        ChunkDecoder.verify(bytes);
        assertThat(ChunkDecoder.decode(ChunkEncoder.encode(block, Codecs.RAW))).isEqualTo(block);
        if (block.size() <= MOST_SAMPLES_TO_COMPRESS) {
            assertThat(ChunkDecoder.decode(ChunkEncoder.encode(block, Codecs.COMPRESS)))
                    .isEqualTo(block);
            assertThat(ChunkDecoder.decode(ChunkEncoder.encode(block, Codecs.COMPACT)))
                    .isEqualTo(block);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void anyFrameIsSplitOrRefused(byte[] bytes) {
        try {
            assertThat(Chunks.join(Chunks.split(bytes))).isEqualTo(bytes);
        } catch (ChunkFormatException expected) {
            assertThat(expected.field()).isEqualTo("frame");
        }
    }
}
