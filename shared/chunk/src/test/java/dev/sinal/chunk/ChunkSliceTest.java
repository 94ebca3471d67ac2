package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkSliceTest {
    private static SampleBlock block(Samples.Shape shape, Samples.Missing missing) {
        SplittableRandom random = new SplittableRandom(5);
        List<Column> columns = Samples.everyFormat(shape, missing, 300, random);
        double[] rawStamps = new double[300];
        Arrays.setAll(rawStamps, i -> 10 + i / 250.0);
        return new SampleBlock("stream", 5, 9, TimeBasis.UNIX, Samples.regular(300, 4_000_000), rawStamps, columns);
    }

    /** As a store does that fetches the head first, then single sections by their offsets. */
    private static byte[] slice(byte[] chunk, int[] channels) {
        int[] offsets = ChunkHeader.read(chunk).offsets();
        byte[] head = Arrays.copyOf(chunk, offsets[0]);
        byte[][] sections = new byte[channels.length][];
        for (int i = 0; i < channels.length; i++) {
            sections[i] = Arrays.copyOfRange(chunk, offsets[channels[i]], offsets[channels[i] + 1]);
        }
        return ChunkSlice.of(ChunkHeader.read(head), head, channels, sections);
    }

    @ParameterizedTest
    @EnumSource(Samples.Missing.class)
    void aSliceHoldsTheChosenChannelsBitByBit(Samples.Missing missing) {
        for (Samples.Shape shape : Samples.Shape.values()) {
            SampleBlock block = block(shape, missing);
            for (Codecs codecs : List.of(Codecs.RAW, Codecs.COMPRESS, Codecs.COMPACT)) {
                byte[] chunk = ChunkEncoder.encode(block, codecs);
                for (int[] channels : new int[][] {{}, {0}, {6}, {4, 0, 2}, {1, 1}, {0, 1, 2, 3, 4, 5, 6}}) {
                    byte[] slice = slice(chunk, channels);

                    ChunkDecoder.verify(slice);
                    assertThat(ChunkDecoder.decode(slice)).isEqualTo(block.select(channels));
                    assertThat(slice).isEqualTo(ChunkSlice.of(chunk, channels));
                }
                assertThat(slice(chunk, new int[] {0, 1, 2, 3, 4, 5, 6})).isEqualTo(chunk);
            }
        }
    }

    @Test
    void whatTheHeaderKnowsOfAChannelGoesWithIt() {
        byte[] chunk = ChunkEncoder.encode(block(Samples.Shape.EEG, Samples.Missing.RANDOM), Codecs.COMPRESS);
        ChunkHeader whole = ChunkHeader.read(chunk);

        ChunkHeader slice = ChunkHeader.read(slice(chunk, new int[] {3}));

        assertThat(slice.min(0)).isEqualTo(whole.min(3));
        assertThat(slice.max(0)).isEqualTo(whole.max(3));
        assertThat(slice.mean(0)).isEqualTo(whole.mean(3));
        assertThat(slice.valid(0)).isEqualTo(whole.valid(3));
        assertThat(slice.format(0)).isEqualTo(whole.format(3));
        assertThat(slice.minTimestamp()).isEqualTo(whole.minTimestamp());
        assertThat(slice.lastSeq()).isEqualTo(whole.lastSeq());
        assertThat(slice.length()).isLessThan(chunk.length);
    }

    @Test
    void offsetsAreWhereTheSectionsAre() {
        ChunkHeader header =
                ChunkHeader.read(ChunkEncoder.encode(block(Samples.Shape.EEG, Samples.Missing.NONE), Codecs.COMPRESS));
        int[] offsets = header.offsets();

        assertThat(offsets).hasSize(8).isSorted();
        assertThat(offsets[0]).isEqualTo(header.headLength());
        assertThat(offsets[7]).isEqualTo(header.length());
        for (int c = 0; c < 7; c++) {
            assertThat(offsets[c]).isEqualTo(header.channelOffset(c));
        }
        ChunkHeader none = ChunkHeader.read(ChunkEncoder.encode(Samples.block(3, List.of()), Codecs.COMPRESS));
        assertThat(none.offsets()).containsExactly(none.length());
    }

    @Test
    void aDamagedSectionIsNoticedWhenTheSliceIsDecoded() {
        byte[] chunk = ChunkEncoder.encode(block(Samples.Shape.EEG, Samples.Missing.NONE), Codecs.COMPRESS);
        chunk[ChunkHeader.read(chunk).channelOffset(2) + 1] ^= 4;

        byte[] slice = slice(chunk, new int[] {1, 2});

        assertThat(ChunkDecoder.decode(slice, new int[] {0}).columns()).hasSize(1);
        assertThatThrownBy(() -> ChunkDecoder.decode(slice)).isInstanceOf(ChunkFormatException.class);
    }

    @Test
    void piecesOfAWrongLengthAreRefused() {
        byte[] chunk = ChunkEncoder.encode(block(Samples.Shape.EEG, Samples.Missing.NONE), Codecs.COMPRESS);
        ChunkHeader header = ChunkHeader.read(chunk);
        byte[] head = Arrays.copyOf(chunk, header.headLength());
        byte[] shorter = Arrays.copyOf(head, head.length - 1);
        byte[][] oneByte = {new byte[1]};

        assertThatThrownBy(() -> ChunkSlice.of(header, shorter, new int[0], new byte[0][]))
                .isInstanceOfSatisfying(
                        ChunkFormatException.class, e -> assertThat(e.field()).isEqualTo("length"));
        assertThatThrownBy(() -> ChunkSlice.of(header, head, new int[] {0}, oneByte))
                .isInstanceOfSatisfying(
                        ChunkFormatException.class, e -> assertThat(e.field()).isEqualTo("channel"));
        assertThatThrownBy(() -> ChunkSlice.of(header, head, new int[] {0}, new byte[0][]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkSlice.of(chunk, new int[] {7})).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void repeatedChannelsAreBounded() {
        byte[] chunk = ChunkEncoder.encode(
                Samples.block(100_000, List.of(new LongColumn(SampleFormat.INT8, new long[100_000]))), Codecs.COMPRESS);

        assertThatThrownBy(() -> ChunkSlice.of(chunk, new int[168])).isInstanceOf(ChunkFormatException.class);
        assertThatThrownBy(() -> ChunkSlice.of(chunk, new int[16_385])).isInstanceOf(ChunkFormatException.class);
        byte[] wide = ChunkEncoder.encode(
                Samples.block(2, Collections.nCopies(3, new FloatColumn(new float[2]))), Codecs.COMPRESS);
        assertThat(ChunkHeader.read(ChunkSlice.of(wide, new int[500])).channels())
                .isEqualTo(500);
    }
}
