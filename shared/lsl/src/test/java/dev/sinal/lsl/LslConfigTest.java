package dev.sinal.lsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LslConfigTest {
    @Test
    void aFileOfTheNativeLibraryIsUnderstood() {
        LslConfig config = LslConfig.parse("""
                ; a comment
                [ports]
                MulticastPort = 17000
                BasePort=17001
                PortRange = 8
                AllowRandomPorts = 0
                IPv6 = disable

                [multicast]
                ResolveScope = link
                LinkAddresses = {224.0.0.183}
                ListenAddress = 127.0.0.1
                Interfaces = {127.0.0.1}

                [lab]
                KnownPeers = {127.0.0.1, lab3}
                SessionID = mine

                [tuning]
                TimeProbeCount = 8
                """, "test");

        assertThat(config.multicastPort()).isEqualTo(17_000);
        assertThat(config.basePort()).isEqualTo(17_001);
        assertThat(config.portRange()).isEqualTo(8);
        assertThat(config.allowRandomPorts()).isFalse();
        assertThat(config.ipv6()).isEqualTo(LslConfig.Ipv6.DISABLE);
        assertThat(config.discoveryAddresses())
                .containsExactly("127.0.0.1", "224.0.0.183", "FF02:113D:6FDD:2C17:A643:FFE2:1BD1:3CD2");
        assertThat(config.ttl()).isEqualTo(1);
        assertThat(config.listenAddress()).isEqualTo("127.0.0.1");
        assertThat(config.interfaces()).containsExactly("127.0.0.1");
        assertThat(config.knownPeers()).containsExactly("127.0.0.1", "lab3");
        assertThat(config.sessionId()).isEqualTo("mine");
        assertThat(config.tuning()).isEqualTo(LslTuning.defaults());
        assertThat(config.source()).isEqualTo("test");
        assertThat(config.remarks()).isEmpty();
    }

    @Test
    void anEmptyFileMeansTheDefaults() {
        assertThat(LslConfig.parse("", "built-in defaults")).isEqualTo(LslConfig.defaults());
        assertThat(LslConfig.defaults().discoveryAddresses())
                .containsExactly(
                        "127.0.0.1",
                        "255.255.255.255",
                        "224.0.0.1",
                        "224.0.0.183",
                        "239.255.172.215",
                        "FF02:113D:6FDD:2C17:A643:FFE2:1BD1:3CD2",
                        "FF05:113D:6FDD:2C17:A643:FFE2:1BD1:3CD2");
    }

    @Test
    void anOverrideReplacesTheAddresses() {
        LslConfig config = LslConfig.parse(
                "[multicast]\nResolveScope = global\nAddressesOverride = {224.0.0.183}\nTTLOverride = 3\n", "test");

        assertThat(config.discoveryAddresses()).containsExactly("224.0.0.183");
        assertThat(config.ttl()).isEqualTo(3);
    }

    @Test
    void anEmptyOverrideIsNone() {
        LslConfig config = LslConfig.parse("[multicast]\nAddressesOverride = {}\nTTLOverride = -1\n", "test");

        assertThat(config.discoveryAddresses()).isEqualTo(LslConfig.defaults().discoveryAddresses());
        assertThat(config.ttl()).isEqualTo(LslConfig.defaults().ttl());
    }

    @Test
    void scopesAddUpAndBringTheirTimeToLive() {
        LslConfig config = LslConfig.parse(
                "[multicast]\nResolveScope = organization\nOrganizationAddresses = {239.192.172.215}\n"
                        + "IPv6MulticastGroup = 1:2:3:4:5:6:7\n",
                "test");

        assertThat(config.discoveryAddresses())
                .containsExactly(
                        "127.0.0.1",
                        "255.255.255.255",
                        "224.0.0.1",
                        "224.0.0.183",
                        "239.255.172.215",
                        "239.192.172.215",
                        "FF02:1:2:3:4:5:6:7",
                        "FF05:1:2:3:4:5:6:7",
                        "FF08:1:2:3:4:5:6:7");
        assertThat(config.ttl()).isEqualTo(32);
        assertThat(LslConfig.defaults().withScope(LslConfig.Scope.GLOBAL).ttl()).isEqualTo(255);
    }

    @Test
    void everySettingIsDescribedWithItsOrigin() {
        LslConfig config = LslConfig.parse(
                        "[ports]\nBasePort = 17001\nAllowRandomPorts = true\n[log]\nlevel = 3\n[lab]\nSesionID = x\n"
                                + "[tuning]\nMulticastMinRTT = 0.25\n",
                        "lab.cfg")
                .withSessionId("mine");

        assertThat(config.describe())
                .startsWith("LSL configuration from lab.cfg")
                .containsPattern("ports.BasePort += 17001 +\\(lab.cfg, line 2\\)")
                .containsPattern("ports.PortRange += 32 +\\(default\\)")
                .containsPattern("lab.SessionID += mine +\\(the application\\)")
                .containsPattern("tuning.MulticastMinRTT += 0.25 +\\(lab.cfg, line 9\\)")
                .contains("log.level = 3 has no effect")
                .contains("lab.SesionID is not known (lab.cfg, line 7)")
                .contains("ports.AllowRandomPorts = true means 0, only 1 is true");
        assertThat(config.allowRandomPorts()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ports]\nBasePort\n",
                "[ports]\nBasePort =\n",
                "[ports]\nBasePort = x\n",
                "[ports]\nBasePort = 0\n",
                "[ports]\nBasePort = 1\nBasePort = 2\n",
                "[ports]\nPortRange = 0\n",
                "[multicast]\nResolveScope = moon\n",
                "[lab]\nKnownPeers = a, b\n",
                "[ports]\nIPv6 = maybe\n",
                "[tuning]\nMulticastMinRTT = 0\n",
                "[tuning]\nUnicastMinRTT = NaN\n",
                "[tuning]\nMaxCachedQueries = -1\n",
                "[multicast]\nTTLOverride = 256\n"
            })
    void aMalformedFileIsRefusedWithItsNameAndLine(String text) {
        assertThatExceptionOfType(LslException.class)
                .isThrownBy(() -> LslConfig.parse(text, "the-file.cfg"))
                .withMessageStartingWith("the-file.cfg, line " + text.lines().count() + ":");
    }
}
