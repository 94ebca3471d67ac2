package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LslCommandTest {
    private static String run(int expected, List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code = new CommandLine(new LslCommand()).execute(arguments.toArray(new String[0]));
            assertThat(code).isEqualTo(expected);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theConfigurationIsPrintedWithTheOriginOfEachValue() {
        String table = run(0, List.of("config", "--set", "lsl.loopback=true", "--set", "lsl.basePort=17001"));

        assertThat(table)
                .containsPattern("ports.BasePort += 17001 +\\(setting lsl.basePort\\)")
                .containsPattern("ports.PortRange += 32 +\\(default\\)");
    }

    @Test
    void streamsAreListed() throws Exception {
        int base = ThreadLocalRandom.current().nextInt(40_000, 50_000);
        Vertx vertx = Vertx.vertx();
        try {
            Lsl lsl = Lsl.create(vertx, LslConfig.loopback().withPorts(base, base + 1, 8));
            var info = StreamInfo.builder("Listed\u001b[2J", "EEG", 8, 250, ChannelFormat.FLOAT32, "dev-1")
                    .build();
            lsl.openOutlet(info, OutletOptions.defaults())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            List<String> where = List.of(
                    "list",
                    "--set",
                    "lsl.loopback=true",
                    "--set",
                    "lsl.multicastPort=" + base,
                    "--set",
                    "lsl.basePort=" + (base + 1),
                    "--set",
                    "lsl.portRange=8",
                    "--timeout",
                    "1");

            assertThat(run(0, with(where, "type='EEG'")))
                    .contains("Listed?[2J", "float32", "127.0.0.1:", "dev-1")
                    .doesNotContain("\u001b");
            assertThat(run(1, with(where, "type='ECG'"))).doesNotContain("dev-1");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static List<String> with(List<String> some, String another) {
        List<String> all = new ArrayList<>(some);
        all.add(another);
        return all;
    }
}
