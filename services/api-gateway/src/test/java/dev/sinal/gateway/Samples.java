package dev.sinal.gateway;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import java.util.Arrays;
import java.util.List;

/** Streams and blocks for tests; samples are 1 s apart, from 1970-01-01T00:16:40Z on. */
final class Samples {
    static final long T0 = 1_000_000_000_000L;
    static final long SECOND = 1_000_000_000L;

    private Samples() {}

    static StreamDescriptor stream(String id, String agentId, String name, String format, String... metrics) {
        List<ChannelDescriptor> channels =
                Arrays.stream(metrics).map(ChannelDescriptor::plain).toList();
        return new StreamDescriptor(
                id, agentId, name, name, "EEG", "src-" + id, "host", "uid", "session", format, 1, null, channels);
    }

    static byte[] block(String streamId, long epoch, long firstSeq, long firstTime, Column... columns) {
        int size = columns[0].size();
        long[] stamps = new long[size];
        double[] raw = new double[size];
        for (int i = 0; i < size; i++) {
            stamps[i] = firstTime + i * SECOND;
            raw[i] = 100.5 + i;
        }
        return ChunkEncoder.encode(
                new SampleBlock(streamId, epoch, firstSeq, TimeBasis.LSL, stamps, raw, List.of(columns)),
                Codecs.COMPRESS);
    }

    static Column floats(float... values) {
        return new FloatColumn(values);
    }

    static Column doubles(double... values) {
        return new DoubleColumn(values);
    }

    static Column longs(long... values) {
        return new LongColumn(SampleFormat.INT64, values);
    }

    static Column texts(String... values) {
        return new TextColumn(values);
    }

    /** Whole numbers from {@code from} on. */
    static Column counting(int from, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = from + i;
        }
        return new DoubleColumn(values);
    }
}
