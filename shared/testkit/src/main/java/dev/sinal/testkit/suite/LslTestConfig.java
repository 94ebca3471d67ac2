package dev.sinal.testkit.suite;

import dev.sinal.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A loopback LSL of the test's own: other suites on this machine are neither seen nor disturbed. */
public final class LslTestConfig {
    private static final int RANGE = 32;

    private LslTestConfig() {}

    /** Environment with {@code LSLAPICFG}; the same ports for every process that shares the folder. */
    public static synchronized Map<String, String> environment(Path folder) throws IOException {
        Path file = folder.resolve("lsl_api.cfg");
        if (!Files.exists(file)) {
            int base = FreePorts.block(RANGE + 1);
            Files.writeString(file, """
                    [ports]
                    MulticastPort = %d
                    BasePort = %d
                    PortRange = %d
                    IPv6 = disable
                    [multicast]
                    ResolveScope = machine
                    Interfaces = {127.0.0.1}
                    [lab]
                    KnownPeers = {127.0.0.1}
                    SessionID = sinal-test-%d
                    """.formatted(base, base + 1, RANGE, base));
        }
        return Map.of("LSLAPICFG", file.toString());
    }

    /** For hosts of a lab, which find each other by multicast on its network. */
    public static Map<String, String> lab(Path folder) throws IOException {
        Path file = folder.resolve("lsl_api.cfg");
        Files.writeString(file, """
                [ports]
                IPv6 = disable
                [multicast]
                ResolveScope = link
                [lab]
                SessionID = sinal-lab
                """);
        return Map.of("LSLAPICFG", file.toString());
    }
}
