package dev.sinal.store.domain;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.store.Samples;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InspectionTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final ChunkEnvelope EPOCH = envelope(stream("agent", "s", "a"), 9, 1);

    private final Inspection inspection = new Inspection(64 * 1024);

    @Test
    void aGoodChunkIsOneRowOfTheSameBytes() {
        byte[] bytes = chunk("s", 9, 1, 10);

        QueuedChunk queued = inspect(EPOCH, bytes);

        assertThat(queued.refused()).isFalse();
        assertThat(queued.rows()).singleElement().satisfies(row -> {
            assertThat(row.chunk()).isSameAs(bytes);
            assertThat(row.maxs()).containsExactly(10.0);
            assertThat(row.valid()).containsExactly(10);
        });
    }

    @Test
    void anyFlippedBitIsNoticed() {
        byte[] bytes = chunk("s", 9, 1, 10);
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            try {
                assertThat(inspect(EPOCH, damaged).refused()).as("byte %d", at).isTrue();
            } catch (RuntimeException e) {
                assertThat(e.getMessage()).as("byte %d", at).isNotBlank();
            }
        }
    }

    @Test
    void samplesLongerThanAnHourAreCutBackwardsStampsIncluded() {
        long[] stamps = {START, START + HOUR, START + HOUR + 1, START - HOUR, START - HOUR + 1, START - 23 * HOUR};
        byte[] bytes = Samples.encode("s", 9, 1, stamps, List.of(new DoubleColumn(new double[] {1, 2, 3, 4, 5, 6})));

        List<ChunkRow> rows = inspect(EPOCH, bytes).rows();

        assertThat(rows).extracting(ChunkRow::count).containsExactly(2, 1, 2, 1);
        assertThat(rows).extracting(ChunkRow::firstSeq).containsExactly(1L, 3L, 4L, 6L);
        double[] values = rows.stream()
                .map(row -> ChunkDecoder.decode(row.chunk()))
                .flatMapToDouble(block -> Arrays.stream(values(block)))
                .toArray();
        assertThat(values).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void aChunkOfAnotherStreamOrShapeIsNotStored() {
        assertThatThrownBy(() -> inspect(EPOCH, chunk("other", 9, 1, 2))).hasMessageContaining("other");
        assertThatThrownBy(() -> inspect(EPOCH, chunk("s", 8, 1, 2))).hasMessageContaining("s/8");
        assertThat(inspect(envelope(stream("agent", "s", "a", "b"), 9, 1), chunk("s", 9, 1, 2))
                        .refusal()
                        .reason())
                .contains("2 channels");
    }

    @Test
    void namesThatTheDatabaseCannotHoldAreRefused() {
        assertThatThrownBy(() -> inspect(envelope(stream("a\0b", "s", "a"), 9, 1), chunk("s", 9, 1, 2)))
                .hasMessageContaining("agent_id");
        assertThatThrownBy(() -> inspect(envelope(stream("agent", "s", "a\0"), 9, 1), chunk("s", 9, 1, 2)))
                .hasMessageContaining("NUL");
    }

    @Test
    void aChunkMayNotBeTooLarge() {
        assertThat(new Inspection(100)
                        .inspect(EPOCH, chunk("s", 9, 1, 200), answer -> {})
                        .refusal()
                        .reason())
                .contains("100 bytes");
    }

    private static double[] values(SampleBlock block) {
        double[] values = new double[block.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = block.column(0).doubleAt(i);
        }
        return values;
    }

    private QueuedChunk inspect(ChunkEnvelope envelope, byte[] chunk) {
        return inspection.inspect(envelope, chunk, answer -> {});
    }
}
