package dev.sinal.lsl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two programs on two ends of a cable: found by multicast, on IPv6 by link-local addresses, which need their scope. Needs root. */
class LinkLocalIT {
    /** Nothing of it outlives the script: the namespaces belong to no file. */
    private static final String SCRIPT = """
            ip link set lo up
            unshare -n sleep 120 & far=$!
            until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.1; done
            ip link add near type veth peer name far netns $far
            ip link set near up; ip addr add 10.99.0.1/24 dev near
            nsenter -n -t $far sh -c 'ip link set lo up; ip link set far up; ip addr add 10.99.0.2/24 dev far'
            until ! ip -6 addr show dev near | grep -q tentative && ip -6 addr show dev near | grep -q fe80; do sleep 0.1; done
            until ! nsenter -n -t $far ip -6 addr show dev far | grep -q tentative; do sleep 0.1; done
            nsenter -n -t $far %1$s serve %2$s & outlet=$!
            %1$s find %2$s
            kill $outlet $far
            """;

    private static String run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("unshare", "-n", "sh", "-c", script))
                .redirectErrorStream(true)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new String(output, StandardCharsets.UTF_8);
    }

    private static void needsNamespaces() throws InterruptedException {
        String missing;
        try {
            missing = run("ip link set lo up && command -v nsenter >/dev/null && echo fine");
        } catch (IOException without) {
            missing = String.valueOf(without.getMessage());
        }
        if (!missing.strip().endsWith("fine")) {
            String why = "LinkLocalIT needs root, unshare, nsenter and ip: " + missing.strip();
            if (System.getenv("SINAL_CI") != null) {
                fail(why);
            }
            abort(why);
        }
    }

    @ParameterizedTest
    @CsvSource({"ALLOW,10.99.0.2", "DISABLE,10.99.0.2", "FORCE,[fe80:"})
    void anOutletOnTheSameLinkIsFoundAndRead(String versions, String address) throws Exception {
        needsNamespaces();
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -Xmx128m -cp '"
                + System.getProperty("java.class.path") + "' " + LinkLocalPeer.class.getName();

        String output = run(SCRIPT.formatted(java, versions));

        assertThat(output).contains("found [" + address).contains("received");
    }
}
