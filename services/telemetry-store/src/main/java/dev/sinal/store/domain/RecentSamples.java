package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one chunk as plain values, for readers of SQL.
 *
 * @param stamps UTC ns
 * @param values row after row, scale and offset applied; null = absent, or text
 * @param texts row after row; null when the stream has no text
 * @param feed who copies them: the same as long as it leaves nothing of the stream out
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RecentSamples(
        String streamId,
        long epoch,
        long firstSeq,
        long[] stamps,
        int channels,
        @Nullable Double[] values,
        @Nullable String @Nullable [] texts,
        String feed) {

    /** @throws dev.sinal.chunk.ChunkFormatException for a damaged chunk */
    public static RecentSamples of(StreamDescriptor stream, byte[] chunk, String feed) {
        SampleBlock block = ChunkDecoder.decode(chunk);
        int channels = block.columns().size();
        int rows = block.size();
        Double[] values = new Double[rows * channels];
        String[] texts = null;
        for (int c = 0; c < channels; c++) {
            Column column = block.column(c);
            if (column instanceof TextColumn text) {
                texts = texts == null ? new String[rows * channels] : texts;
                for (int i = 0; i < rows; i++) {
                    texts[i * channels + c] = text.isPresent(i) ? storable(text.textAt(i)) : null;
                }
                continue;
            }
            ChannelDescriptor channel = channel(stream.channels(), c);
            for (int i = 0; i < rows; i++) {
                values[i * channels + c] = column.isPresent(i) ? channel.apply(column.doubleAt(i)) : null;
            }
        }
        return new RecentSamples(
                block.streamId(), block.epoch(), block.firstSeq(), block.timestamps(), channels, values, texts, feed);
    }

    private static ChannelDescriptor channel(List<ChannelDescriptor> channels, int c) {
        return c < channels.size() ? channels.get(c) : ChannelDescriptor.plain("");
    }

    /** PostgreSQL's text has no NUL. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    public int size() {
        return stamps.length;
    }

    public long lastSeq() {
        return firstSeq + stamps.length - 1;
    }
}
