package dev.sinal.ingest;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.log.LogEntryToWrite;
import java.util.List;

/** Chunks for tests: the value of a sample is its number − 1, its time that many ms after a fixed moment. */
public final class LogEntries {
    private static final long START = 1_767_323_045_000_000_000L; // 2026-01-02T03:04:05Z

    private LogEntries() {}

    public static LogEntryToWrite entry(String stream, long epoch, long firstSeq, int samples) {
        SampleBlock block = block(stream, epoch, firstSeq, samples);
        String head = Wire.write(new ChunkEnvelope("node-a", 3, epoch, descriptor(stream)))
                .encode();
        return new LogEntryToWrite(
                "agent",
                stream,
                stream,
                epoch,
                firstSeq,
                block.lastSeq(),
                block.timestamps()[samples - 1],
                head,
                ChunkEncoder.encode(block, Codecs.RAW));
    }

    public static SampleBlock block(String stream, long epoch, long firstSeq, int samples) {
        long[] stamps = new long[samples];
        double[] values = new double[samples];
        for (int i = 0; i < samples; i++) {
            stamps[i] = START + (firstSeq + i) * 1_000_000;
            values[i] = firstSeq + i - 1;
        }
        return new SampleBlock(stream, epoch, firstSeq, TimeBasis.LSL, stamps, null, List.of(new DoubleColumn(values)));
    }

    public static StreamDescriptor descriptor(String stream) {
        return new StreamDescriptor(
                stream,
                "agent",
                stream,
                stream,
                "EEG",
                "src",
                "host",
                "uid",
                "default",
                "double64",
                1000,
                null,
                List.of(ChannelDescriptor.plain("x")));
    }
}
