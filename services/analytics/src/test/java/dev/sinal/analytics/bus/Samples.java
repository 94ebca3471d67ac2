package dev.sinal.analytics.bus;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.testkit.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Streams and blocks for tests. */
final class Samples {
    static final long SECOND = 1_000_000_000L;

    private Samples() {}

    static StreamDescriptor stream(String agent, String name, String type, double rate, String... metrics) {
        return new StreamDescriptor(
                agent + "-" + name,
                agent,
                name,
                name,
                type,
                "src",
                "host",
                "uid",
                "session",
                "double64",
                rate,
                null,
                Arrays.stream(metrics).map(ChannelDescriptor::plain).toList());
    }

    /** Stored in blocks of 100 samples. @param columns NaN = absent */
    static void store(MemoryStore store, StreamDescriptor stream, long epoch, long[] stamps, double[]... columns) {
        for (int from = 0; from < stamps.length; from += 100) {
            int to = Math.min(stamps.length, from + 100);
            List<Column> cut = new ArrayList<>();
            for (double[] column : columns) {
                double[] part = Arrays.copyOfRange(column, from, to);
                BitSet present = new BitSet();
                for (int i = 0; i < part.length; i++) {
                    present.set(i, !Double.isNaN(part[i]));
                }
                cut.add(new DoubleColumn(part, present.cardinality() == part.length ? null : present));
            }
            store.add(
                    stream,
                    new SampleBlock(
                            stream.id(),
                            epoch,
                            from + 1L,
                            TimeBasis.LSL,
                            Arrays.copyOfRange(stamps, from, to),
                            null,
                            cut));
        }
    }

    static long[] every(long from, long step, int n) {
        long[] stamps = new long[n];
        Arrays.setAll(stamps, i -> from + i * step);
        return stamps;
    }
}
