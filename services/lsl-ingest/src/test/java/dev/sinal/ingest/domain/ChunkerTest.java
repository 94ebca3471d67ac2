package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    private static final long NOON = UtcNanos.parse("2026-03-04T12:00:00Z");

    private final List<SampleBlock> blocks = new ArrayList<>();

    @Test
    void aBlockHolds250MillisecondsOfData() {
        Chunker chunker = floats(1);
        for (int i = 0; i < 51; i++) {
            add(chunker, NOON + i * 10_000_000L, 1); // 100 Hz
        }

        assertThat(blocks).extracting(SampleBlock::size).containsExactly(25, 25);
        assertThat(blocks.get(1).firstSeq()).isEqualTo(26);
        assertThat(chunker.lastSeq()).isEqualTo(51);
    }

    @Test
    void aBlockHoldsAtMost64KiB() {
        Chunker chunker = floats(12); // 16 bytes of stamps + 48 of values
        for (int i = 0; i < 1500; i++) {
            add(chunker, NOON, 12);
        }

        assertThat(blocks).extracting(SampleBlock::size).containsExactly(1024);
    }

    @Test
    void aBlockNeverCrossesMidnight() {
        long midnight = UtcNanos.parse("2026-03-05T00:00:00Z");
        Chunker chunker = floats(1);
        add(chunker, midnight - 1, 1);
        add(chunker, midnight, 1);
        chunker.close();

        assertThat(blocks).hasSize(2);
    }

    @Test
    void aLonelySampleWaitsNoLongerThanTheRuleSays() {
        Chunker chunker = floats(1);
        add(chunker, NOON, 1); // arrives at 5 s

        chunker.closeIfDue(5.2);
        assertThat(blocks).isEmpty();
        chunker.closeIfDue(5.25);
        assertThat(blocks).hasSize(1);
    }

    @Test
    void anotherTimeBasisIsAnotherBlock() {
        Chunker chunker = floats(1);
        SampleBatch batch = new SampleBatch(ChannelFormat.FLOAT32, 1, new double[] {1}, new float[1], 0);
        chunker.add(batch, 0, NOON, TimeBasis.LSL, 5);
        chunker.add(batch, 0, NOON, TimeBasis.ARRIVAL, 5);
        chunker.close();

        assertThat(blocks).extracting(SampleBlock::basis).containsExactly(TimeBasis.LSL, TimeBasis.ARRIVAL);
    }

    @Test
    void everyFormatKeepsItsValues() {
        SampleBatch longs = new SampleBatch(ChannelFormat.INT64, 1, new double[] {1}, new long[] {Long.MIN_VALUE}, 0);
        Chunker ofLongs = new Chunker(ChunkRules.STORED, "s", 1, ChannelFormat.INT64, new int[] {0}, blocks::add);
        ofLongs.add(longs, 0, NOON, TimeBasis.LSL, 5);
        ofLongs.close();
        SampleBatch texts = new SampleBatch(ChannelFormat.STRING, 1, new double[] {1}, new String[] {"Größe"}, 0);
        Chunker ofTexts = new Chunker(ChunkRules.STORED, "s", 1, ChannelFormat.STRING, new int[] {0}, blocks::add);
        ofTexts.add(texts, 0, NOON, TimeBasis.LSL, 5);
        ofTexts.close();

        assertThat(blocks.get(0).column(0).longAt(0)).isEqualTo(Long.MIN_VALUE);
        assertThat(blocks.get(1).column(0).textAt(0)).isEqualTo("Größe");
    }

    private Chunker floats(int channels) {
        int[] columns = new int[channels];
        return new Chunker(ChunkRules.STORED, "s", 1, ChannelFormat.FLOAT32, columns, blocks::add);
    }

    private static void add(Chunker chunker, long utc, int channels) {
        SampleBatch batch = new SampleBatch(ChannelFormat.FLOAT32, channels, new double[] {1}, new float[channels], 0);
        chunker.add(batch, 0, utc, TimeBasis.LSL, 5);
    }
}
