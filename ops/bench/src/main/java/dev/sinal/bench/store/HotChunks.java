package dev.sinal.bench.store;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.domain.ChunkRules;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Chunks of a run, stream by stream in turn, each as large as a collector makes it. */
final class HotChunks {
    private static final int STAMP_BYTES = 16;

    private final Workload workload;
    private final String run;
    private final int streams;
    private final int rows;
    private final Codecs[] codecs;
    private final Buffer[] envelopes;

    HotChunks(Workload workload, String run, int streams) {
        this.workload = workload;
        this.run = run;
        this.streams = streams;
        this.rows = rows(workload);
        this.codecs = new Codecs[streams];
        this.envelopes = new Buffer[streams];
        for (int stream = 0; stream < streams; stream++) {
            codecs[stream] = workload.codecs();
            envelopes[stream] = Wire.write(new ChunkEnvelope("bench", 1, 1, workload.descriptor(run, stream)))
                    .toBuffer();
        }
    }

    /** Samples at which a collector closes a chunk of this workload. */
    static int rows(Workload workload) {
        ChunkRules rules = ChunkRules.STORED;
        int valueBytes = workload.column(0, 0, 0, 1).format().bytes();
        int rowBytes = STAMP_BYTES + workload.channels() * valueBytes;
        double bySpan = rules.spanNs() / 1e9 * workload.rateHz();
        double byBytes = Math.ceil((double) rules.bytes() / rowBytes);
        return (int) Math.max(1, Math.min(rules.samples(), Math.min(bySpan, byBytes)));
    }

    Workload workload() {
        return workload;
    }

    String run() {
        return run;
    }

    int streams() {
        return streams;
    }

    /** Samples of one chunk. */
    int rows() {
        return rows;
    }

    long valuesOfAChunk() {
        return (long) rows * workload.channels();
    }

    Buffer envelope(int stream) {
        return envelopes[stream];
    }

    /** @param number of the chunk in its stream, from 0 */
    SampleBlock block(int stream, long number) {
        return workload.block(run, stream, number * rows + 1, rows);
    }

    byte[] encode(int stream, long number) {
        return ChunkEncoder.encode(block(stream, number), codecs[stream]);
    }

    /** The first chunks of every stream, encoded, in the order of sending. */
    List<byte[]> encodeAll(long perStream) {
        List<byte[]> all = new ArrayList<>();
        for (long number = 0; number < perStream; number++) {
            for (int stream = 0; stream < streams; stream++) {
                all.add(encode(stream, number));
            }
        }
        return all;
    }
}
