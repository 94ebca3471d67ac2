package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import java.util.ArrayList;
import java.util.List;

/** Cuts chunks so that they keep the rules of a row. Samples, their order and their numbers never change. */
final class ChunkCutter {
    private ChunkCutter() {}

    /** The chunk itself when it keeps the rules, else its pieces. */
    static List<ChunkRow> rows(ChunkHeader header, byte[] chunk) {
        if (ChunkRow.fits(header.minTimestamp(), header.maxTimestamp())) {
            return List.of(ChunkRow.of(header, chunk));
        }
        SampleBlock block = ChunkDecoder.decode(chunk);
        List<ChunkRow> rows = new ArrayList<>();
        int start = 0;
        while (start < block.size()) {
            int end = endOfRow(block.timestamps(), start);
            rows.add(encode(block.slice(start, end)));
            start = end;
        }
        return rows;
    }

    /** The samples of the row behind this number; the row must hold at least one. */
    static ChunkRow after(ChunkRow row, long seq) {
        SampleBlock block = ChunkDecoder.decode(row.chunk());
        return encode(block.slice((int) (seq + 1 - row.firstSeq()), block.size()));
    }

    static ChunkRow encode(SampleBlock block) {
        return ChunkRow.of(ChunkEncoder.encode(block, Codecs.COMPRESS));
    }

    private static int endOfRow(long[] stamps, int start) {
        long min = stamps[start];
        long max = min;
        for (int i = start + 1; i < stamps.length; i++) {
            min = Math.min(min, stamps[i]);
            max = Math.max(max, stamps[i]);
            if (!ChunkRow.fits(min, max)) {
                return i;
            }
        }
        return stamps.length;
    }
}
