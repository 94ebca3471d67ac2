package org.example.lsl;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Vertx;

/** Sends its arguments as markers, once somebody listens. A stream of markers is a string stream of one channel without a rate. */
public final class Markers {
    private Markers() {}

    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, LslConfig.load());
        StreamInfo info = StreamInfo.builder("Markers", "Markers", 1, 0, ChannelFormat.STRING, "markers-example")
                .build();
        Outlet outlet = lsl.openOutlet(info, OutletOptions.defaults()).await();
        outlet.whenConsumers(1).await();
        for (String marker : args) {
            outlet.push(new String[] {marker}, LslClock.now());
        }
        lsl.close().await();
        vertx.close().await();
    }
}
