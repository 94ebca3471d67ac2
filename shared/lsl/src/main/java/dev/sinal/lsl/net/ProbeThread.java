package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslTuning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that sends time probes and waits for their replies, for all inlets of one node. It does nothing else: on an event loop a
 * reply would wait behind samples, and that wait would pass for a slow network. Starts with the first inlet.
 */
final class ProbeThread {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeThread.class);
    private static final int LONGEST_REPLY = 512;

    private final LslTuning tuning;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<ProbeWaves> waves = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST_REPLY);
    private @Nullable Selector selector;
    private volatile boolean closed;

    ProbeThread(LslTuning tuning) {
        this.tuning = tuning;
    }

    /**
     * Starts probing.
     *
     * @param interval from wave to wave
     * @param results called on this thread, which they must not keep
     */
    ProbeWaves start(Endpoint target, Duration interval, Consumer<ClockProbe> results) {
        ProbeWaves fresh = new ProbeWaves(this, tuning, target, interval, results);
        run(() -> waves.add(fresh));
        return fresh;
    }

    void stop(ProbeWaves which) {
        run(() -> {
            waves.remove(which);
            which.shut();
        });
    }

    private synchronized void run(Runnable task) {
        if (closed) {
            return;
        }
        tasks.add(task);
        Selector current = selector;
        if (current == null) {
            try {
                Selector opened = Selector.open();
                selector = opened;
                Thread thread = new Thread(() -> loop(opened), "lsl-time");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        } else {
            current.wakeup();
        }
    }

    synchronized void close() {
        closed = true;
        Selector current = selector;
        if (current != null) {
            current.wakeup();
        }
    }

    private void loop(Selector mine) {
        try (mine) {
            while (!closed) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                mine.select(untilNext(mine));
                // The replies that are here now came before now. The later ones of a socket get their own time.
                double woke = LslClock.now();
                for (SelectionKey key : mine.selectedKeys()) {
                    ((ProbeWaves) key.attachment()).readable(buffer, woke);
                }
                mine.selectedKeys().clear();
            }
        } catch (IOException | RuntimeException bug) {
            LOG.error("the thread of time probes has ended: clocks are not measured any longer", bug);
        } finally {
            waves.forEach(ProbeWaves::shut);
        }
    }

    /** Does what is due. @return milliseconds until there is something to do again, 0 = nothing */
    private long untilNext(Selector mine) {
        long now = System.nanoTime();
        long wait = Long.MAX_VALUE;
        for (ProbeWaves each : waves) {
            wait = Math.min(wait, each.work(mine, now));
        }
        return wait == Long.MAX_VALUE ? 0 : Math.max(1, (wait + 999_999) / 1_000_000);
    }
}
