package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.ChunkJoin;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.contracts.read.Commits;
import dev.sinal.store.Samples;
import dev.sinal.store.domain.PackedChunk.Hot;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedChunkTest {
    private static Hot hot(byte[] chunk, long tx) {
        ChunkHeader header = ChunkHeader.read(chunk);
        return new Hot(
                new HotRow(
                        tx,
                        header.firstSeq(),
                        header.count(),
                        header.minTimestamp(),
                        header.maxTimestamp(),
                        tx,
                        0,
                        header.channels(),
                        chunk.length),
                chunk);
    }

    private static List<PackedChunk> pack(List<Hot> hot) {
        return PackedChunk.of("s1", 9, hot, Codecs.COMPACT.learning());
    }

    @Test
    void rowsBecomeOneChunkThatKnowsWhereItsChannelsAndItsCommitsAre() {
        List<Hot> hot = List.of(
                hot(Samples.chunk("s1", 9, 1, 250), 70),
                hot(Samples.chunk("s1", 9, 251, 500), 70),
                hot(Samples.chunk("s1", 9, 501, 600), 73));

        PackedChunk packed = pack(hot).get(0);

        assertThat(packed.row().firstSeq()).isEqualTo(1);
        assertThat(packed.row().count()).isEqualTo(600);
        assertThat(packed.row().mins()).containsExactly(1);
        assertThat(packed.row().maxs()).containsExactly(600);
        assertThat(packed.tx()).isEqualTo(70);
        assertThat(packed.txLast()).isEqualTo(73);
        assertThat(Commits.read(packed.commits(), 1, 600, 70).runs())
                .containsExactly(new Commits.Run(1, 500, 70), new Commits.Run(501, 100, 73));
        byte[] chunk = packed.row().chunk();
        assertThat(packed.offs()).containsExactly(ChunkHeader.read(chunk).channelOffset(0), chunk.length);
        SampleBlock joined = ChunkJoin.of(
                hot.stream().map(part -> ChunkDecoder.decode(part.chunk())).toList());
        assertThat(ChunkDecoder.decode(chunk)).isEqualTo(joined);
        assertThat(packed.hotRows()).isEqualTo(3);
    }

    @Test
    void anotherFormatBeginsAnotherChunk() {
        List<PackedChunk> packed = pack(List.of(
                hot(Samples.chunk("s1", 9, 1, 10), 1),
                hot(Samples.text("s1", 9, 11, Samples.START, "a", "b"), 1),
                hot(Samples.chunk("s1", 9, 13, 20), 2)));

        assertThat(packed).extracting(one -> one.row().firstSeq()).containsExactly(1L, 11L, 13L);
    }

    @Test
    void textsTooLongForOneChunkBecomeSeveral() {
        String[] texts = new String[20];
        Arrays.fill(texts, "x".repeat(1 << 20));
        List<Hot> hot = List.of(
                hot(Samples.text("s1", 9, 1, Samples.START, texts), 1),
                hot(Samples.text("s1", 9, 21, Samples.START, texts), 2),
                hot(Samples.text("s1", 9, 41, Samples.START, texts), 3));

        List<PackedChunk> packed = pack(hot);

        assertThat(packed).extracting(one -> one.row().firstSeq()).containsExactly(1L, 21L, 41L);
        assertThat(((TextColumn)
                                ChunkDecoder.decode(packed.get(2).row().chunk()).column(0))
                        .values())
                .containsExactly(texts);
    }

    @Test
    void theDamagedRowIsNamed() {
        byte[] damaged = Samples.chunk("s1", 9, 11, 20);
        damaged[damaged.length - 1] ^= 1;
        Hot bad = new Hot(hot(Samples.chunk("s1", 9, 11, 20), 5).row(), damaged);
        Hot strange = new Hot(bad.row(), Samples.chunk("s1", 9, 21, 30));

        for (Hot wrong : List.of(bad, strange)) {
            assertThatThrownBy(() -> pack(List.of(hot(Samples.chunk("s1", 9, 1, 10), 4), wrong)))
                    .isInstanceOfSatisfying(
                            PackedChunk.DamagedException.class,
                            e -> assertThat(e.row()).isEqualTo(bad.row()));
        }
    }
}
