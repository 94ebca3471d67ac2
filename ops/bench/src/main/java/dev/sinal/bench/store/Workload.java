package dev.sinal.bench.store;

import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams whose samples are made from a seed before any clock runs. The values repeat after a while, the times and numbers go on.
 *
 * <p>A run names the streams, so that every run of the same workload has its own.
 */
abstract class Workload {
    /** 2026-03-01T00:00:00Z. */
    static final long START = 1_772_323_200_000_000_000L;

    private static final double NANOS = 1e9;

    private final String name;
    private final String format;
    private final double rateHz;
    private final List<String> metrics;
    private final String unit;

    Workload(String name, String format, double rateHz, List<String> metrics, String unit) {
        this.name = name;
        this.format = format;
        this.rateHz = rateHz;
        this.metrics = List.copyOf(metrics);
        this.unit = unit;
    }

    String name() {
        return name;
    }

    int channels() {
        return metrics.size();
    }

    List<String> metrics() {
        return metrics;
    }

    double rateHz() {
        return rateHz;
    }

    /** What a collector knows of the converters; none of the workloads declares a step. */
    Codecs codecs() {
        return Codecs.COMPRESS.learning();
    }

    /** Column {@code c} of samples {@code first} (0-based) to {@code first + n - 1} of a stream. */
    abstract Column column(int stream, int c, long first, int n);

    /** Of a sample (0-based), whole milliseconds since 1970. */
    abstract long timeMs(int stream, long sample);

    /** Whether samples come with stamps of the sensor's own clock, as over LSL; else theirs are UTC. */
    boolean ownClock() {
        return true;
    }

    SampleBlock block(String run, int stream, long firstSeq, int n) {
        long[] stamps = new long[n];
        double[] raw = new double[n];
        for (int i = 0; i < n; i++) {
            long ms = timeMs(stream, firstSeq - 1 + i);
            stamps[i] = ms * 1_000_000;
            raw[i] = (ms - START / 1_000_000) / 1e3;
        }
        List<Column> columns = new ArrayList<>(channels());
        for (int c = 0; c < channels(); c++) {
            columns.add(column(stream, c, firstSeq - 1, n));
        }
        return new SampleBlock(
                streamId(run, stream),
                1,
                firstSeq,
                ownClock() ? TimeBasis.LSL : TimeBasis.UNIX,
                stamps,
                ownClock() ? raw : null,
                columns);
    }

    String streamId(String run, int stream) {
        return name + "-" + run + "-" + stream;
    }

    String agentId(String run, int stream) {
        return streamId(run, stream);
    }

    StreamDescriptor descriptor(String run, int stream) {
        List<ChannelDescriptor> channels = new ArrayList<>();
        for (String metric : metrics) {
            channels.add(new ChannelDescriptor(metric, metric, unit, "stream", "EEG", null, null));
        }
        return new StreamDescriptor(
                streamId(run, stream),
                agentId(run, stream),
                name,
                name,
                "EEG",
                "bench",
                "host",
                "uid",
                "session",
                format,
                rateHz,
                null,
                channels);
    }

    /** UTC ns, when this many seconds of every stream have passed. */
    static long at(double seconds) {
        return START + Math.round(seconds * NANOS);
    }
}
