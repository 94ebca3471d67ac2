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

        assertThat(config)
                .isEqualTo(new LslConfig(
                        17_000,
                        17_001,
                        8,
                        false,
                        java.util.List.of("127.0.0.1", "224.0.0.183"),
                        1,
                        "127.0.0.1",
                        java.util.List.of("127.0.0.1"),
                        java.util.List.of("127.0.0.1", "lab3"),
                        "mine",
                        LslTuning.defaults(),
                        LslLimits.defaults(),
                        "test"));
    }

    @Test
    void anEmptyFileMeansTheDefaults() {
        assertThat(LslConfig.parse("", "built-in defaults")).isEqualTo(LslConfig.defaults());
        assertThat(LslConfig.defaults().discoveryAddresses())
                .containsExactly("127.0.0.1", "255.255.255.255", "224.0.0.1", "224.0.0.183", "239.255.172.215");
    }

    @Test
    void anOverrideReplacesTheAddresses() {
        LslConfig config = LslConfig.parse("[multicast]\nAddressesOverride = {}\nTTLOverride = 3\n", "test");

        assertThat(config.discoveryAddresses()).isEmpty();
        assertThat(config.ttl()).isEqualTo(3);
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
                "[lab]\nKnownPeers = a, b\n"
            })
    void aMalformedFileIsRefusedWithItsName(String text) {
        assertThatExceptionOfType(LslException.class)
                .isThrownBy(() -> LslConfig.parse(text, "the-file.cfg"))
                .withMessageContaining("the-file.cfg");
    }
}
