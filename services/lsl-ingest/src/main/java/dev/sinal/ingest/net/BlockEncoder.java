package dev.sinal.ingest.net;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Compresses blocks on worker threads. What waits is bounded; beyond, blocks are refused. */
public final class BlockEncoder {
    private static final int THREADS = 2;
    private static final long MOST_BYTES = 64L << 20;

    private final WorkerExecutor workers;
    private final AtomicLong waiting = new AtomicLong();

    public BlockEncoder(Vertx vertx, String name) {
        workers = vertx.createSharedWorkerExecutor(name, THREADS, 1, TimeUnit.MINUTES);
    }

    /** Uncompressed size of the blocks that wait, bytes. */
    public long waitingBytes() {
        return waiting.get();
    }

    boolean behind() {
        return waiting.get() > MOST_BYTES;
    }

    /** @param before done first: keeps the blocks of one stream in order */
    Future<byte[]> encode(SampleBlock block, Codecs codecs, Future<?> before) {
        long bytes = 64L + block.size() * (16L + block.columns().size() * 8L);
        waiting.addAndGet(bytes);
        return before.transform(ignored -> workers.executeBlocking(() -> ChunkEncoder.encode(block, codecs), false))
                .onComplete(done -> waiting.addAndGet(-bytes));
    }

    public Future<Void> close() {
        return workers.close();
    }
}
