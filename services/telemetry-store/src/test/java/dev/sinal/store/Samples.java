package dev.sinal.store;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ReadFrame;
import java.util.ArrayList;
import java.util.List;

/** Streams of numbered samples: the value is the number, the time is {@link #START} plus 4 ms a number. */
public final class Samples {
    /** 2026-03-01T10:00:00Z. */
    public static final long START = 1_772_359_200_000_000_000L;

    public static final long STEP = 4_000_000L;

    private Samples() {}

    public static StreamDescriptor stream(String agent, String id, String... metrics) {
        List<ChannelDescriptor> channels = new ArrayList<>();
        for (String metric : metrics) {
            channels.add(ChannelDescriptor.plain(metric));
        }
        return new StreamDescriptor(
                id,
                agent,
                id + "-name",
                "lsl",
                "EEG",
                "source",
                "host",
                "uid",
                "session",
                "double64",
                250,
                null,
                channels);
    }

    public static StreamDescriptor markers(String agent, String id) {
        return new StreamDescriptor(
                id,
                agent,
                "events",
                "lsl",
                "Markers",
                "source",
                "host",
                "uid",
                "session",
                "string",
                0,
                null,
                List.of(ChannelDescriptor.plain("label")));
    }

    public static ChunkEnvelope envelope(StreamDescriptor stream, long epoch, long fence) {
        return new ChunkEnvelope("collector", fence, epoch, stream);
    }

    /** One channel; samples {@code first} to {@code last}. */
    public static byte[] chunk(String stream, long epoch, long first, long last) {
        return chunk(stream, epoch, first, last, START, STEP);
    }

    public static byte[] chunk(String stream, long epoch, long first, long last, long start, long step) {
        int n = (int) (last - first + 1);
        long[] stamps = new long[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            stamps[i] = start + (first + i - 1) * step;
            values[i] = first + i;
        }
        return encode(stream, epoch, first, stamps, List.of(new DoubleColumn(values)));
    }

    public static byte[] text(String stream, long epoch, long first, long timestamp, String... labels) {
        long[] stamps = new long[labels.length];
        for (int i = 0; i < labels.length; i++) {
            stamps[i] = timestamp + i * STEP;
        }
        return encode(stream, epoch, first, stamps, List.of(new TextColumn(labels.clone())));
    }

    public static byte[] encode(String stream, long epoch, long first, long[] stamps, List<Column> columns) {
        return ChunkEncoder.encode(
                new SampleBlock(stream, epoch, first, TimeBasis.LSL, stamps, null, columns), Codecs.COMPRESS);
    }

    /** All rows as {@code stream/epoch/seq=value} of the first channel, in the order of the chunks. */
    public static List<String> rows(List<ReadFrame.Entry> entries) {
        List<String> rows = new ArrayList<>();
        for (ReadFrame.Entry entry : entries) {
            SampleBlock block = ChunkDecoder.decode(entry.chunk());
            for (int i = 0; i < block.size(); i++) {
                rows.add(block.streamId() + "/" + block.epoch() + "/" + (block.firstSeq() + i) + "="
                        + block.column(0).textAt(i));
            }
        }
        return rows;
    }
}
