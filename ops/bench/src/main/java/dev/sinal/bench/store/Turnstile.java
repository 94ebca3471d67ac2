package dev.sinal.bench.store;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Room for so many things at once, and the first failure of one of them, which ends the measurement. */
final class Turnstile {
    private static final long WAIT_S = 120;

    private final Semaphore free;
    private final int room;
    private volatile @Nullable Throwable first;

    Turnstile(int room) {
        this.room = room;
        this.free = new Semaphore(room);
    }

    /** Waits for room for one more. */
    void enter() throws InterruptedException {
        take(1);
    }

    void leave() {
        free.release();
    }

    void failed(Throwable failure) {
        first = failure;
        free.release(room);
    }

    /** Waits until everything has left. */
    void drain() throws InterruptedException {
        take(room);
        free.release(room);
    }

    private void take(int permits) throws InterruptedException {
        boolean there = free.tryAcquire(permits, WAIT_S, TimeUnit.SECONDS);
        Throwable failure = first;
        if (failure != null) {
            throw new IllegalStateException("what was sent failed", failure);
        }
        if (!there) {
            throw new IllegalStateException("no answer within " + WAIT_S + " s");
        }
    }
}
