package dev.sinal.ingest.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.testkit.FreePorts;
import java.util.UUID;

/** LSL on loopback, on ports that no other test or lab uses. */
public final class LslPorts {
    private static final int RANGE = 16;

    private LslPorts() {}

    public static LslConfig own() {
        int first = FreePorts.block(RANGE + 1);
        return LslConfig.loopback()
                .withPorts(first, first + 1, RANGE)
                .withSessionId(UUID.randomUUID().toString());
    }
}
