package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.read.Commits;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.EpochClips;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataCutTest {
    private static final String STREAM = "s1";
    private static final long EPOCH = 9;

    /** What a reader can know of a sample. */
    private record Sample(long seq, long timestamp, double raw, double value, long tx) {}

    private record Row(DataCut.Stored stored, List<Sample> samples) {}

    /** Stamps rise, stand still and go back. */
    private static Row row(Random random, boolean packed) {
        int n = 1 + random.nextInt(60);
        long first = 1 + random.nextInt(1000);
        long[] stamps = new long[n];
        double[] raw = new double[n];
        double[] values = new double[n];
        List<Sample> samples = new ArrayList<>();
        Commits.Builder commits = new Commits.Builder();
        long tx = 100 + random.nextInt(10);
        long at = random.nextInt(50);
        for (int i = 0; i < n; i++) {
            at += random.nextInt(10) - (random.nextInt(4) == 0 ? 20 : 0);
            stamps[i] = 1000 + at;
            raw[i] = at / 7.0;
            values[i] = random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian();
            tx += packed && random.nextInt(5) == 0 ? 1 + random.nextInt(40) : 0;
            commits.add(1, tx);
            samples.add(new Sample(first + i, stamps[i], raw[i], values[i], tx));
        }
        byte[] chunk = ChunkEncoder.encode(
                new SampleBlock(STREAM, EPOCH, first, TimeBasis.LSL, stamps, raw, List.of(new DoubleColumn(values))),
                Codecs.COMPACT);
        return new Row(
                new DataCut.Stored(STREAM, EPOCH, first, n, packed, commits.firstTx(), commits.toBytes(), chunk),
                samples);
    }

    private static List<Sample> samples(DataCut cut) {
        List<Sample> samples = new ArrayList<>();
        for (DataCut.Piece piece : cut.pieces()) {
            ChunkRow row = piece.row();
            SampleBlock block = ChunkDecoder.decode(row.chunk());
            assertThat(block.firstSeq()).isEqualTo(row.firstSeq());
            assertThat(block.size()).isEqualTo(row.count());
            Commits commits = Commits.read(piece.commits(), row.firstSeq(), row.count(), piece.tx());
            for (Commits.Run run : commits.runs()) {
                for (long seq = run.firstSeq(); seq <= run.lastSeq(); seq++) {
                    int i = (int) (seq - row.firstSeq());
                    samples.add(new Sample(
                            seq,
                            block.timestamps()[i],
                            block.rawStamps()[i],
                            block.column(0).doubleAt(i),
                            run.tx()));
                }
            }
            if (piece.offs() != null) {
                assertThat(piece.offs()).isEqualTo(ChunkHeader.read(row.chunk()).offsets());
                assertThat(piece.txLast()).isEqualTo(commits.tx(commits.size() - 1));
            }
        }
        return samples;
    }

    @Test
    void whatIsLeftIsWhatTheModelLeavesWhateverTheOrderOfStamps() {
        Random random = new Random(26);
        for (int round = 0; round < 3_000; round++) {
            boolean packed = random.nextBoolean();
            Row row = row(random, packed);
            long from = 980 + random.nextInt(150);
            long firstSeq = row.stored().firstSeq();
            DataCut.Range range = new DataCut.Range(
                    from,
                    from + 1 + random.nextInt(100),
                    firstSeq - 2 + random.nextInt(row.samples().size() + 5));
            List<Sample> left = row.samples().stream()
                    .filter(sample -> sample.timestamp() < range.from()
                            || sample.timestamp() >= range.to()
                            || sample.seq() > range.upToSeq())
                    .toList();
            List<Sample> gone =
                    row.samples().stream().filter(s -> !left.contains(s)).toList();

            DataCut cut = DataCut.of(row.stored(), range, EpochClips.NONE);

            assertThat(cut.removed()).isEqualTo(gone.size());
            assertThat(samples(cut)).isEqualTo(gone.isEmpty() ? List.of() : left);
            if (!gone.isEmpty()) {
                assertThat(cut.firstTs())
                        .isEqualTo(
                                gone.stream().mapToLong(Sample::timestamp).min().orElseThrow());
                assertThat(cut.lastTs())
                        .isEqualTo(
                                gone.stream().mapToLong(Sample::timestamp).max().orElseThrow());
            }
            long ts = row.samples().stream().mapToLong(Sample::timestamp).min().orElseThrow();
            long te = row.samples().stream().mapToLong(Sample::timestamp).max().orElseThrow();
            long lastSeq = firstSeq + row.samples().size() - 1;
            if (range.takesAll(ts, te, lastSeq)) {
                assertThat(left).isEmpty();
            }
            for (int i = 1; i < cut.pieces().size(); i++) {
                assertThat(cut.pieces().get(i).row().firstSeq())
                        .isGreaterThan(cut.pieces().get(i - 1).row().lastSeq() + 1);
            }
        }
    }

    @Test
    void copiesThatReadersLeaveOutAreCountedApart() {
        Row row = row(new Random(1), true);
        EpochClips clips =
                new EpochClips(List.of(new EpochClip(STREAM, EPOCH, 8, 0, Long.MAX_VALUE / 4, null, null, 0)));

        DataCut cut = DataCut.of(row.stored(), new DataCut.Range(0, 1L << 40, 1L << 40), clips);

        assertThat(cut.removed()).isEqualTo(row.samples().size());
        assertThat(cut.superseded()).isEqualTo(cut.removed());
        assertThat(cut.pieces()).isEmpty();
    }

    @Test
    void aChunkThatIsNotTheRowsIsRefused() {
        DataCut.Stored stored = row(new Random(1), true).stored();
        byte[] damaged = stored.chunk().clone();
        damaged[damaged.length / 2] ^= 1;

        assertThatThrownBy(() -> DataCut.of(with(stored, stored.firstSeq(), damaged), all(), EpochClips.NONE))
                .isInstanceOf(DataCut.DamagedException.class);
        assertThatThrownBy(
                        () -> DataCut.of(with(stored, stored.firstSeq() + 1, stored.chunk()), all(), EpochClips.NONE))
                .isInstanceOf(DataCut.DamagedException.class)
                .hasMessageContaining("other samples");
    }

    private static DataCut.Range all() {
        return new DataCut.Range(0, 1L << 40, 1L << 40);
    }

    private static DataCut.Stored with(DataCut.Stored stored, long firstSeq, byte[] chunk) {
        return new DataCut.Stored(STREAM, EPOCH, firstSeq, stored.n(), true, stored.tx(), stored.commits(), chunk);
    }
}
