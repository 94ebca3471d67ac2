package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Discovery by multicast over the loopback interface, and by asking known peers. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere lo has no multicast and only 127.0.0.1")
class MulticastTest {
    private final TestLab lab = new TestLab();

    @AfterEach
    void close() {
        lab.close();
    }

    private LslConfig group() {
        return lab.config()
                .withListenAddress("")
                .withInterfaces(List.of("127.0.0.1"))
                .withDiscoveryAddresses(List.of("224.0.0.183"), 0);
    }

    private Outlet outlet(LslConfig config, String name) {
        return await(lab.lsl(config)
                .openOutlet(
                        StreamInfo.builder(name, "", 1, 0, ChannelFormat.INT8, name)
                                .build(),
                        OutletOptions.defaults()));
    }

    @Test
    void aGroupReachesTheOutletsOfSeveralProgramsBeyondTheKnownPorts() {
        // Unicast to this machine reaches one responder at most; the asker's own range is elsewhere.
        Outlet a = outlet(group(), "a");
        Outlet b = outlet(group(), "b");
        Outlet c = outlet(group(), "c");
        LslConfig elsewhere =
                group().withPorts(lab.config().multicastPort(), lab.config().basePort() + 20_000, 1);

        List<StreamInfo> found = await(lab.lsl(elsewhere).resolve(StreamQuery.all(), 3, Duration.ofSeconds(10)));

        assertThat(found)
                .extracting(StreamInfo::uid)
                .containsExactlyInAnyOrder(
                        a.info().uid(), b.info().uid(), c.info().uid());
    }

    @Test
    void aKnownPeerIsAskedOnEveryPortOfTheRange() {
        Outlet a = outlet(lab.config().withListenAddress("127.0.0.2"), "a");
        Outlet b = outlet(lab.config().withListenAddress("127.0.0.2"), "b");

        List<StreamInfo> strangers = await(lab.lsl().resolve(StreamQuery.all(), 1, Duration.ofMillis(700)));
        List<StreamInfo> known = await(lab.lsl(lab.config().withKnownPeers(List.of("127.0.0.2")))
                .resolve(StreamQuery.all(), 2, Duration.ofSeconds(10)));

        assertThat(strangers).isEmpty();
        assertThat(known)
                .extracting(StreamInfo::uid)
                .containsExactlyInAnyOrder(a.info().uid(), b.info().uid());
        assertThat(known).allSatisfy(info -> assertThat(info.address()).isEqualTo("127.0.0.2"));
    }

    @Test
    void anotherSessionIsNotSeen() {
        outlet(lab.config().withSessionId("it's another"), "a");
        outlet(lab.config(), "b");

        List<StreamInfo> found = await(lab.lsl().resolve(StreamQuery.all(), 0, Duration.ofMillis(700)));

        assertThat(found).extracting(StreamInfo::name).containsExactly("b");
    }
}
