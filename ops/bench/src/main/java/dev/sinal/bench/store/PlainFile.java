package dev.sinal.bench.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that chunks are appended to, forced to the disk after every few: the limit of what a durable store can do. */
final class PlainFile implements AutoCloseable {
    private static final int CHUNKS_PER_SYNC = 8;

    private final Path path;
    private final FileChannel file;
    private int unsynced;

    PlainFile() throws IOException {
        path = Files.createTempFile("sinal-bench-", ".chunks");
        file = FileChannel.open(path, StandardOpenOption.WRITE);
    }

    void append(byte[] chunk) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(chunk);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        if (++unsynced == CHUNKS_PER_SYNC) {
            sync();
        }
    }

    void sync() throws IOException {
        file.force(false);
        unsynced = 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
