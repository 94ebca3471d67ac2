package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private final SampleBlock block = Samples.block(
            50, Samples.everyFormat(Samples.Shape.EEG, Samples.Missing.NONE, 50, new SplittableRandom(1)));
    private final byte[] chunk = ChunkEncoder.encode(block, Codecs.COMPRESS);

    @Test
    void renumberingChangesTheNumbersOnly() {
        byte[] renumbered = Chunks.renumber(chunk, 9, 1000);

        assertThat(ChunkDecoder.decode(renumbered))
                .isEqualTo(new SampleBlock("s1", 9, 1000, TimeBasis.LSL, block.timestamps(), null, block.columns()));
        assertThat(ChunkDecoder.decode(chunk)).isEqualTo(block);
        ChunkDecoder.verify(renumbered);
        assertThatThrownBy(() -> Chunks.renumber(chunk, 9, -1)).isInstanceOf(ChunkFormatException.class);
    }

    @Test
    void theStreamIdMayGrowAndShrink() {
        byte[] longer = Chunks.withStream(chunk, "a-longer-stream-id");
        byte[] back = Chunks.withStream(longer, "s1");

        assertThat(ChunkDecoder.decode(longer).streamId()).isEqualTo("a-longer-stream-id");
        assertThat(ChunkDecoder.decode(longer).columns()).isEqualTo(block.columns());
        ChunkDecoder.verify(longer);
        assertThat(back).isEqualTo(chunk);
        assertThatThrownBy(() -> Chunks.withStream(chunk, "")).isInstanceOf(ChunkFormatException.class);
    }

    @Test
    void framesGiveBackTheirChunksInOrder() {
        byte[] other = ChunkEncoder.encode(Samples.block(3, List.of()), Codecs.RAW);

        assertThat(Chunks.split(Chunks.join(List.of(chunk, other, chunk)))).containsExactly(chunk, other, chunk);
        assertThat(Chunks.split(Chunks.join(List.of()))).isEmpty();
    }

    @Test
    void aFrameCutInsideAChunkIsRefused() {
        byte[] other = ChunkEncoder.encode(Samples.block(3, List.of()), Codecs.RAW);
        byte[] frame = Chunks.join(List.of(other, other));
        for (int length = 1; length < frame.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(frame, length);
            if (length != frame.length / 2) {
                assertThatThrownBy(() -> Chunks.split(cut))
                        .isInstanceOfSatisfying(
                                ChunkFormatException.class,
                                e -> assertThat(e.field()).isEqualTo("frame"));
            }
        }
        assertThatThrownBy(() -> Chunks.split(new byte[] {-1, -1, -1, -1})).isInstanceOf(ChunkFormatException.class);
        assertThatThrownBy(() -> Chunks.split(new byte[] {0, 0, 0, 0})).isInstanceOf(ChunkFormatException.class);
    }

    @Test
    void slicesKeepTheirNumbers() {
        SampleBlock slice = block.slice(10, 20);

        assertThat(slice.firstSeq()).isEqualTo(11);
        assertThat(slice.lastSeq()).isEqualTo(20);
        assertThat(slice.timestamps()[0]).isEqualTo(block.timestamps()[10]);
        assertThat(slice.column(0).doubleAt(0)).isEqualTo(block.column(0).doubleAt(10));
        assertThat(block.slice(5, 5).size()).isZero();
        assertThatThrownBy(() -> block.slice(10, 51)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
