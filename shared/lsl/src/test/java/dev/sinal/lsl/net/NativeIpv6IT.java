package dev.sinal.lsl.net;

import static dev.sinal.lsl.net.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Pointer;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Our dual-stack sockets against a native library that speaks IPv6 only. Needs {@code SINAL_LIBLSL=<path of liblsl>}. */
@EnabledIf(value = "libraryIsThere", disabledReason = "no native library or no IPv6: see SINAL_LIBLSL")
class NativeIpv6IT {
    private static TestLab lab;
    private static NativeLsl natively;
    private static Lsl lsl;

    static boolean libraryIsThere() {
        return NativeLsl.libraryIsThere() && Families.machineHasV6();
    }

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        lab = new TestLab();
        LslConfig config = lab.config().withListenAddress("").withIpv6(LslConfig.Ipv6.ALLOW);
        lsl = lab.lsl(config);
        // Its settings are read once in a process: another file is another library.
        Path copy = folder.resolve("liblsl-ipv6.so");
        Files.copy(Path.of(NativeLsl.libraryPath()), copy);
        natively = NativeLsl.load(
                copy,
                """
                [ports]
                MulticastPort = %d
                BasePort = %d
                PortRange = %d
                IPv6 = force
                [multicast]
                ResolveScope = machine
                [lab]
                KnownPeers = {::1}
                SessionID = %s
                [log]
                level = -2
                """.formatted(config.multicastPort(), config.basePort(), config.portRange(), config.sessionId()),
                folder);
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void nativeOutletToOurInlet() {
        Pointer info = natively.lsl_create_streaminfo("native6", "", 1, 0, ChannelFormat.INT32.code(), "n6");
        Pointer outlet = natively.lsl_create_outlet(info, 0, 360);
        StreamInfo found = lab.find(lsl, "native6");
        Recorder recorder = new Recorder();

        Inlet inlet = lsl.openInlet(found, InletOptions.defaults(), recorder);

        assertThat(natively.lsl_wait_for_consumers(outlet, 10)).isEqualTo(1);
        await().until(() -> inlet.state() == Inlet.State.OPEN);
        natively.lsl_push_sample_itp(outlet, new int[] {42}, 7.5, 1);
        await().until(() -> recorder.count() == 1);
        assertThat(recorder.stamps()).containsExactly(7.5);
        assertThat(found.endpoints()).singleElement().matches(Endpoint::isIpv6);
        await().until(() -> recorder.probes.stream().anyMatch(probe -> probe.ok()));
        await(inlet.close());
        natively.lsl_destroy_outlet(outlet);
        natively.lsl_destroy_streaminfo(info);
    }

    /** Up to here only: builds of 1.12 cannot connect to any outlet on IPv6, their own included. */
    @Test
    void ourOutletIsFoundByANativeResolver() {
        StreamInfo description =
                StreamInfo.builder("ours6", "", 1, 0, ChannelFormat.INT32, "o6").build();
        Outlet outlet = await(lsl.openOutlet(description, OutletOptions.defaults()));
        Pointer[] found = new Pointer[1];

        assertThat(natively.lsl_resolve_bypred(found, 1, "name='ours6'", 1, 10)).isEqualTo(1);

        Pointer uid = natively.lsl_get_uid(found[0]);
        assertThat(uid.getString(0)).isEqualTo(outlet.info().uid());
        natively.lsl_destroy_streaminfo(found[0]);
        await(outlet.close());
    }
}
