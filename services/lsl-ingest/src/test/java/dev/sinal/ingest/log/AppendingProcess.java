package dev.sinal.ingest.log;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.LogEntries;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Appends for ever and prints the last number of every chunk that is accepted. Run by tests, which kill it. */
final class AppendingProcess {
    private AppendingProcess() {}

    public static void main(String[] args) throws Exception {
        DurableLog log = DurableLog.open(Path.of(args[0]), LogLimits.of(64 << 20, 0), Runnable::run, UtcNanos::now);
        Semaphore window = new Semaphore(32);
        for (long seq = 1; ; seq += 10) {
            long last = seq + 9;
            window.acquire();
            log.append(LogEntries.entry("s1", 1000, seq, 10)).onComplete(done -> {
                if (done.succeeded()) {
                    System.out.println(last);
                    System.out.flush();
                }
                window.release();
            });
        }
    }
}
