package dev.sinal.bench;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Outlets that load a suite, in a process of their own: float32 with values like an amplifier's, whole steps of 0.1 µV around slow waves.
 *
 * <p>Usage: {@code LoadOutlets COUNT CHANNELS HZ}; source ids are {@code load-0}, {@code load-1} …; runs until it is ended.
 */
public final class LoadOutlets {
    private static final int PERIOD_S = 4;
    private static final long TICK_MS = 20;

    private LoadOutlets() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        int channels = Integer.parseInt(arguments[1]);
        int rateHz = Integer.parseInt(arguments[2]);
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, LslConfig.load());
        float[] wave = wave(channels, rateHz);
        List<Paced> outlets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StreamInfo info = StreamInfo.builder(
                            "Load " + i, "EEG", channels, rateHz, ChannelFormat.FLOAT32, "load-" + i)
                    .build();
            Outlet outlet = lsl.openOutlet(info, OutletOptions.defaults())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            outlets.add(new Paced(outlet, wave, channels, rateHz));
        }
        ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        pace.scheduleAtFixedRate(() -> outlets.forEach(Paced::pushDue), TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private static float[] wave(int channels, int rateHz) {
        Random random = new Random(1);
        float[] wave = new float[PERIOD_S * rateHz * channels];
        for (int i = 0; i < wave.length; i++) {
            double seconds = i / channels / (double) rateHz;
            double volts =
                    40 * Math.sin(2 * Math.PI * (0.5 * seconds + i % channels / 64.0)) + 8 * random.nextGaussian();
            wave[i] = Math.round(volts * 10) / 10f;
        }
        return wave;
    }

    private static final class Paced {
        private final Outlet outlet;
        private final float[] wave;
        private final int channels;
        private final int rateHz;
        private final double start = LslClock.now();
        private long sent;

        private Paced(Outlet outlet, float[] wave, int channels, int rateHz) {
            this.outlet = outlet;
            this.wave = wave;
            this.channels = channels;
            this.rateHz = rateHz;
        }

        private void pushDue() {
            int count = (int) Math.min(rateHz, (long) ((LslClock.now() - start) * rateHz) - sent);
            if (count <= 0) {
                return;
            }
            float[] values = new float[count * channels];
            for (int i = 0; i < values.length; i++) {
                values[i] = wave[(int) ((sent * channels + i) % wave.length)];
            }
            sent += count;
            outlet.pushChunk(values, count, null, start + sent / (double) rateHz);
        }
    }
}
