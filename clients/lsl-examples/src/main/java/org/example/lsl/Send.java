package org.example.lsl;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamMetadata;
import io.vertx.core.Vertx;
import java.util.concurrent.locks.LockSupport;

/** Sends eight sine waves at 250 Hz. Arguments: name of the stream, number of samples; without, {@code Waves} for ever. */
public final class Send {
    private static final int CHANNELS = 8;
    private static final double RATE_HZ = 250;

    private Send() {}

    public static void main(String[] args) {
        String name = args.length > 0 ? args[0] : "Waves";
        long samples = args.length > 1 ? Long.parseLong(args[1]) : Long.MAX_VALUE;
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, LslConfig.load());
        StreamInfo.Builder info =
                StreamInfo.builder(name, "EEG", CHANNELS, RATE_HZ, ChannelFormat.FLOAT32, "waves-" + name);
        info.desc(StreamMetadata.acquisition("example.org", "sine", ""));
        for (int c = 1; c <= CHANNELS; c++) {
            info.channel("sine" + c, "microvolts", "EEG");
        }
        Outlet outlet = lsl.openOutlet(info.build(), OutletOptions.defaults()).await();
        System.out.println("waiting for somebody who reads " + name);
        outlet.whenConsumers(1).await();

        double start = LslClock.now();
        float[] sample = new float[CHANNELS];
        for (long i = 0; i < samples && outlet.consumers() > 0; i++) {
            double stamp = start + i / RATE_HZ;
            LockSupport.parkNanos((long) ((stamp - LslClock.now()) * 1e9));
            for (int c = 0; c < CHANNELS; c++) {
                sample[c] = (float) (50 * Math.sin(2 * Math.PI * (c + 1) * i / RATE_HZ));
            }
            outlet.push(sample, stamp);
        }
        System.out.println("sent, dropped: " + outlet.dropped());
        lsl.close().await();
        vertx.close().await();
    }
}
