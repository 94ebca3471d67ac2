package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslConfig.Ipv6;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams on ::1. */
class Ipv6Test {
    private static final String V6_LOOPBACK = "0:0:0:0:0:0:0:1";

    private final TestLab lab = new TestLab();

    @BeforeEach
    void needsIpv6() {
        boolean there;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            there = probe.isBound();
        } catch (IOException without) {
            there = false;
        }
        assumeTrue(there, "this machine has no IPv6 on its loopback interface");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private LslConfig both() {
        return lab.config().withListenAddress("").withIpv6(Ipv6.ALLOW);
    }

    private LslConfig only6() {
        return lab.config().withListenAddress("::1").withIpv6(Ipv6.FORCE);
    }

    private Outlet outlet(Lsl lsl, String name) {
        return await(lsl.openOutlet(
                StreamInfo.builder(name, "", 1, 0, ChannelFormat.INT32, name).build(), OutletOptions.defaults()));
    }

    @Test
    void anOutletAnswersOnBothVersionsWithTheSamePorts() {
        Lsl lsl = lab.lsl(both());
        Outlet outlet = outlet(lsl, "both");

        assertThat(outlet.info().v6()).isEqualTo(outlet.info().v4());
        assertThat(outlet.info().toXml())
                .contains("<v4data_port>" + outlet.info().dataPort() + "<")
                .contains("<v6data_port>" + outlet.info().dataPort() + "<")
                .contains("<v6service_port>" + outlet.info().servicePort() + "<");
        List<StreamInfo> found = await(lsl.resolve(StreamQuery.byName("both"), 0, Duration.ofSeconds(1)));
        assertThat(found).hasSize(1);
        assertThat(found.get(0).endpoints())
                .containsExactly(
                        outlet.info().v4().at("127.0.0.1"), outlet.info().v6().at(V6_LOOPBACK));
    }

    @Test
    void ipv4IsPreferredAlsoByAQuickSearch() {
        Lsl lsl = lab.lsl(both());
        outlet(lsl, "quick");

        assertThat(lab.find(lsl, "quick").address()).isEqualTo("127.0.0.1");
    }

    @Test
    void everythingWorksWithoutIpv4() {
        Lsl lsl = lab.lsl(only6());
        Outlet outlet = outlet(lsl, "six");
        assertThat(outlet.info().v4()).isEqualTo(Endpoint.NONE);
        assertThat(outlet.info().toXml()).contains("<v4data_port>0<").contains("<v4service_port>0<");

        StreamInfo found = lab.find(lsl, "six");
        assertThat(found.endpoints()).extracting(Endpoint::address).containsExactly(V6_LOOPBACK);
        Recorder recorder = new Recorder();
        Inlet inlet = lsl.openInlet(found, InletOptions.defaults().withProbeInterval(Duration.ofMillis(700)), recorder);
        await(outlet.whenConsumers(1));
        outlet.push(new int[] {42}, 7.5);

        await().atMost(Duration.ofSeconds(20)).until(() -> recorder.count() == 1);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> recorder.probes.stream().anyMatch(ClockProbe::ok));
        assertThat(recorder.stamps()).containsExactly(7.5);
        assertThat(await(lsl.fullInfo(found)).uid()).isEqualTo(outlet.info().uid());
        assertThat(inlet.state()).isEqualTo(Inlet.State.OPEN);
    }

    @Test
    void whereIpv6IsDisabledNothingOfItIsServed() {
        Lsl lsl = lab.lsl(both().withIpv6(Ipv6.DISABLE));
        Outlet outlet = outlet(lsl, "four");

        assertThat(outlet.info().v6()).isEqualTo(Endpoint.NONE);
        List<StreamInfo> asked = await(
                lab.lsl(both()).resolveAt("::1", outlet.info().dataPort(), StreamQuery.all(), Duration.ofMillis(1500)));
        assertThat(asked).isEmpty();
        assertThat(lab.find(lsl, "four").address()).isEqualTo("127.0.0.1");
    }

    @Test
    void anInletTakesIpv6WhereIpv4LeadsNowhere() throws IOException {
        Lsl lsl = lab.lsl(both());
        Outlet outlet = outlet(lsl, "fallback");
        int dead;
        try (ServerSocket closedAgain = new ServerSocket(0)) {
            dead = closedAgain.getLocalPort();
        }
        StreamInfo half = outlet.info()
                .withEndpoints(
                        new Endpoint("127.0.0.1", dead, outlet.info().servicePort()),
                        outlet.info().v6().at("::1"));
        Recorder recorder = new Recorder();

        lsl.openInlet(half, InletOptions.defaults(), recorder);

        await(outlet.whenConsumers(1));
        await().atMost(Duration.ofSeconds(20)).until(() -> !recorder.infos.isEmpty());
    }

    @Test
    void anAddressThatContradictsTheVersionsAllowedIsRefused() {
        Lsl lsl = lab.lsl(lab.config().withIpv6(Ipv6.FORCE));

        assertThatExceptionOfType(LslException.class)
                .isThrownBy(() -> outlet(lsl, "none"))
                .withMessageContaining("ports.IPv6 = FORCE")
                .withMessageContaining("127.0.0.1");
    }

    @Test
    void aKnownPeerMayHaveAnIpv6Address() {
        Outlet outlet = outlet(lab.lsl(only6()), "peer");
        LslConfig elsewhere = both().withPorts(
                        lab.config().multicastPort() + 20_000, lab.config().basePort() + 20_000, 1)
                .withKnownPeers(List.of("[::1]:" + outlet.info().v6().servicePort()));

        assertThat(lab.find(lab.lsl(elsewhere), "peer").v6().address()).isEqualTo(V6_LOOPBACK);
    }
}
