package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** One of the two programs of {@link LinkLocalIT}; each runs in a network of its own. */
final class LinkLocalPeer {
    private LinkLocalPeer() {}

    public static void main(String[] arguments) {
        Lsl lsl = Lsl.create(Vertx.vertx(), config(arguments));
        if (arguments[0].equals("serve")) {
            StreamInfo info = StreamInfo.builder("far", "", 1, 10, ChannelFormat.INT32, "far")
                    .build();
            Outlet outlet = await(lsl.openOutlet(info, OutletOptions.defaults()));
            Vertx.vertx().setPeriodic(100, next -> outlet.push(new int[] {1}, LslClock.now()));
            return;
        }
        StreamInfo found = await(lsl.resolve(StreamQuery.byName("far"), 1, Duration.ofSeconds(15)))
                .get(0);
        System.out.println("found " + found.endpoints());
        Recorder recorder = new Recorder();
        lsl.openInlet(found, InletOptions.defaults(), recorder);
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> recorder.count() > 0);
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() -> recorder.probes.stream().anyMatch(ClockProbe::ok));
        System.out.println("received");
        System.exit(0);
    }

    /** The seeker's own range is elsewhere, so that only a multicast finds the outlet. */
    private static LslConfig config(String[] arguments) {
        LslConfig config = LslConfig.defaults().withIpv6(LslConfig.Ipv6.valueOf(arguments[1]));
        return arguments[0].equals("serve")
                ? config
                : config.withPorts(config.multicastPort(), 30_000, 1).withInterfaces(List.of("near"));
    }
}
