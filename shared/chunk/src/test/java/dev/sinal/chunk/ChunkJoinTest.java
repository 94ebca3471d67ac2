package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkJoinTest {
    private static SampleBlock block(Samples.Shape shape, Samples.Missing missing, int size, boolean raw) {
        SplittableRandom random = new SplittableRandom(5);
        List<Column> columns = Samples.everyFormat(shape, missing, size, random);
        double[] rawStamps = new double[size];
        Arrays.setAll(rawStamps, i -> Double.longBitsToDouble(random.nextLong()));
        return new SampleBlock(
                "s", 5, 9, TimeBasis.UNIX, Samples.regular(size, 4_000_000), raw ? rawStamps : null, columns);
    }

    @ParameterizedTest
    @EnumSource(Samples.Missing.class)
    void whatIsCutAnywhereIsTheSameJoined(Samples.Missing missing) {
        SplittableRandom random = new SplittableRandom(1);
        for (Samples.Shape shape : Samples.Shape.values()) {
            SampleBlock whole = block(shape, missing, 500, random.nextBoolean());
            List<SampleBlock> parts = new ArrayList<>();
            for (int from = 0; from < whole.size(); ) {
                int to = Math.min(whole.size(), from + random.nextInt(1, 130));
                SampleBlock part = whole.slice(from, to);
                parts.add(ChunkDecoder.decode(ChunkEncoder.encode(part, Codecs.COMPRESS)));
                from = to;
            }

            SampleBlock joined = ChunkJoin.of(parts);

            assertThat(joined).isEqualTo(whole);
            assertThat(ChunkDecoder.decode(ChunkEncoder.encode(joined, Codecs.COMPACT)))
                    .isEqualTo(whole);
        }
    }

    @Test
    void absentValuesOfOnePartStayAbsent() {
        SampleBlock full = block(Samples.Shape.EEG, Samples.Missing.NONE, 100, false);
        SampleBlock holes = block(Samples.Shape.EEG, Samples.Missing.EVERY_OTHER, 100, false);
        SampleBlock second = new SampleBlock("s", 5, 109, TimeBasis.UNIX, holes.timestamps(), null, holes.columns());

        SampleBlock joined = ChunkJoin.of(List.of(full, second));

        assertThat(joined.slice(0, 100)).isEqualTo(full);
        assertThat(joined.slice(100, 200)).isEqualTo(second);
    }

    @Test
    void whatDoesNotFitIsNamed() {
        SampleBlock first = block(Samples.Shape.EEG, Samples.Missing.NONE, 20, true);
        assertRefused("streamId", first, b -> copy(b, "t", 5, 29, TimeBasis.UNIX, true, b.columns()));
        assertRefused("epoch", first, b -> copy(b, "s", 6, 29, TimeBasis.UNIX, true, b.columns()));
        assertRefused("firstSeq", first, b -> copy(b, "s", 5, 30, TimeBasis.UNIX, true, b.columns()));
        assertRefused("firstSeq", first, b -> copy(b, "s", 5, 28, TimeBasis.UNIX, true, b.columns()));
        assertRefused("basis", first, b -> copy(b, "s", 5, 29, TimeBasis.LSL, true, b.columns()));
        assertRefused("rawStamps", first, b -> copy(b, "s", 5, 29, TimeBasis.UNIX, false, b.columns()));
        List<Column> fewer = first.columns().subList(0, 3);
        assertRefused("channels", first, b -> copy(b, "s", 5, 29, TimeBasis.UNIX, true, fewer));
        List<Column> swapped = new ArrayList<>(first.columns());
        swapped.set(0, first.column(1));
        assertRefused("format", first, b -> copy(b, "s", 5, 29, TimeBasis.UNIX, true, swapped));
        SampleBlock fitting = copy(first, "s", 5, 29, TimeBasis.UNIX, true, first.columns());
        assertThat(ChunkJoin.of(List.of(first, fitting)).size()).isEqualTo(40);
        assertThat(ChunkJoin.follows(header(fitting), header(first))).isTrue();
        assertThatThrownBy(() -> ChunkJoin.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreThanAChunkHoldsIsRefused() {
        SampleBlock first = new SampleBlock("s", 1, 1, TimeBasis.LSL, new long[600_000], null, List.of());
        SampleBlock second = new SampleBlock("s", 1, 600_001, TimeBasis.LSL, new long[600_000], null, List.of());

        assertThatThrownBy(() -> ChunkJoin.of(List.of(first, second)))
                .isInstanceOfSatisfying(ChunkFormatException.class, e -> {
                    assertThat(e.field()).isEqualTo("count");
                    assertThat(e.limit()).isEqualTo(1_000_000);
                });
    }

    private static void assertRefused(String field, SampleBlock first, UnaryOperator<SampleBlock> change) {
        SampleBlock next = change.apply(first);
        assertThatThrownBy(() -> ChunkJoin.of(List.of(first, next)))
                .isInstanceOfSatisfying(
                        ChunkFormatException.class, e -> assertThat(e.field()).isEqualTo(field));
        assertThat(ChunkJoin.follows(header(next), header(first))).isFalse();
    }

    private static ChunkHeader header(SampleBlock block) {
        return ChunkHeader.read(ChunkEncoder.encode(block, Codecs.RAW));
    }

    private static SampleBlock copy(
            SampleBlock b,
            String stream,
            long epoch,
            long firstSeq,
            TimeBasis basis,
            boolean raw,
            List<Column> columns) {
        return new SampleBlock(stream, epoch, firstSeq, basis, b.timestamps(), raw ? b.rawStamps() : null, columns);
    }
}
