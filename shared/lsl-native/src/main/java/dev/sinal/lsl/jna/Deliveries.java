package dev.sinal.lsl.jna;

import io.vertx.core.Context;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The bounded way from the pulling thread to the listener. When it is full the thread waits, so that what is too much stays in the
 * native library's own buffer, which has the size that was asked for and drops its oldest samples.
 */
final class Deliveries {
    private static final int MOST = 32;
    private static final long LOOK_MS = 50;

    private final Context context;
    private final CountDownLatch closing;
    private final Semaphore free = new Semaphore(MOST);

    Deliveries(Context context, CountDownLatch closing) {
        this.context = context;
        this.closing = closing;
    }

    /** Adds at the end; dropped if the inlet is closed while there is no room. */
    void add(Runnable call) {
        try {
            while (!free.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) {
                if (closing.getCount() == 0) {
                    return;
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return;
        }
        context.runOnContext(go -> {
            free.release();
            call.run();
        });
    }

    /** After everything added before. */
    void last(Runnable call) {
        context.runOnContext(go -> call.run());
    }
}
