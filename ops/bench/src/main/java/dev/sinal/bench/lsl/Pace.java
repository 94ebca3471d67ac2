package dev.sinal.bench.lsl;

import java.util.concurrent.locks.LockSupport;

/** Pushes at a set rate on a thread of its own: what is due, then sleep until the next. */
final class Pace implements Runnable {
    private final Source source;
    private volatile double rate;
    private volatile int chunk = 1;
    private volatile long pushed;

    Pace(Source source) {
        this.source = source;
    }

    /** @param samplesPerSecond 0 = pause */
    void set(double samplesPerSecond, int samplesPerPush) {
        chunk = samplesPerPush;
        rate = samplesPerSecond;
    }

    long pushed() {
        return pushed;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread only
    public void run() {
        while (true) {
            double now = rate;
            if (now == 0) {
                LockSupport.parkNanos(10_000_000);
                continue;
            }
            int size = chunk;
            long start = System.nanoTime();
            for (long done = 0; rate == now; done += size) {
                long due = start + (long) (done * 1e9 / now);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                source.push(size);
                pushed += size;
            }
        }
    }
}
