package dev.sinal.ingest.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Bounds of the log.
 *
 * @param maxBytes of its file
 * @param minFreeBytes that are left to others on its volume; below, new data are refused
 * @param linger how long a commit waits for company; at most 100 ms
 * @param maxQueuedBytes that may wait to be written
 * @param maxNotes that may wait for the store; beyond, clock probes are dropped
 */
public record LogLimits(long maxBytes, long minFreeBytes, Duration linger, long maxQueuedBytes, long maxNotes) {
    public static final long SMALLEST = 1L << 20;

    public LogLimits {
        if (maxBytes < SMALLEST) {
            throw new IllegalArgumentException(
                    "ingest.log.maxBytes must be at least " + SMALLEST + ", was " + maxBytes);
        }
    }

    /** 2 GiB or 20 % of the volume, whichever is less. */
    public static long defaultBytes(Path folder) throws IOException {
        long total = Files.getFileStore(folder).getTotalSpace();
        return Math.max(SMALLEST, Math.min(2L << 30, total / 5));
    }

    /** 64 MiB or 5 % of the volume, whichever is less. */
    public static long defaultFree(Path folder) throws IOException {
        return Math.min(64L << 20, Files.getFileStore(folder).getTotalSpace() / 20);
    }

    public static LogLimits of(long maxBytes, long minFreeBytes) {
        return new LogLimits(maxBytes, minFreeBytes, Duration.ofMillis(10), 64L << 20, 200_000);
    }

    /** Kept free of chunks, so that notes and deletions always find room. */
    long reserve() {
        return Math.max(256 << 10, maxBytes / 50);
    }
}
