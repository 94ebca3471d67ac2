package dev.sinal.testkit;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Vertx;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The oracle of the fault tests: an outlet whose channel 0 numbers its samples 0, 1, 2 … and whose channel 1 is a hash of that number. Sample i is
 * stamped {@code start + i / rate}, whatever happened to the sender's schedule.
 */
public final class NumberedOutlet implements AutoCloseable {
    private static final long TICK_MS = 10;

    private final Vertx vertx;
    private final Lsl lsl;
    private final Outlet outlet;
    private final double rateHz;
    private final double start = LslClock.now();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private volatile long sent;

    private NumberedOutlet(Vertx vertx, Lsl lsl, Outlet outlet, double rateHz) {
        this.vertx = vertx;
        this.lsl = lsl;
        this.outlet = outlet;
        this.rateHz = rateHz;
        pace.scheduleAtFixedRate(this::pushDue, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** @param rateHz samples a second */
    public static NumberedOutlet start(LslConfig config, String name, String sourceId, double rateHz) throws Exception {
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, config);
        StreamInfo info = StreamInfo.builder(name, "Test", 2, rateHz, ChannelFormat.DOUBLE64, sourceId)
                .channel("index", "", "Counter")
                .channel("hash", "", "Hash")
                .build();
        Outlet outlet = lsl.openOutlet(info, OutletOptions.defaults())
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        return new NumberedOutlet(vertx, lsl, outlet, rateHz);
    }

    /** How many were pushed so far. */
    public long sent() {
        return sent;
    }

    /** The value of channel 1 for a number: a 32-bit mix, exact in a double. */
    public static double hash(long index) {
        long mixed = (index + 1) * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        return (int) (mixed * 0xBF58476D1CE4E5B9L >>> 32);
    }

    private void pushDue() {
        long due = (long) ((LslClock.now() - start) * rateHz);
        int count = (int) (due - sent);
        if (count <= 0) {
            return;
        }
        double[] values = new double[2 * count];
        for (int i = 0; i < count; i++) {
            values[2 * i] = sent + i;
            values[2 * i + 1] = hash(sent + i);
        }
        outlet.pushChunk(values, count, null, start + (sent + count - 1) / rateHz);
        sent += count;
    }

    @Override
    public void close() throws Exception {
        pace.shutdownNow();
        pace.awaitTermination(10, TimeUnit.SECONDS);
        lsl.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
