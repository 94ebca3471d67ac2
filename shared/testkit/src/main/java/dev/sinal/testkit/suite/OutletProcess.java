package dev.sinal.testkit.suite;

import dev.sinal.lsl.LslConfig;
import dev.sinal.testkit.NumberedOutlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A numbered outlet in a process of its own, that may run on another host. It tells how many samples it has sent through a file. */
public final class OutletProcess implements AutoCloseable {
    private static final long TELL_MS = 50;

    private final Process process;
    private final Path sent;

    private OutletProcess(Process process, Path sent) {
        this.process = process;
        this.sent = sent;
    }

    /** @param shape how and where it runs @param environment with {@code LSLAPICFG} */
    public static OutletProcess start(
            SinalProcess.Shape shape, Path folder, NumberedAgent agent, double rateHz, Map<String, String> environment)
            throws IOException {
        Path sent = folder.resolve(agent.id() + ".sent");
        List<String> command = SinalProcess.command(
                shape,
                OutletProcess.class.getName(),
                List.of("Numbered " + agent.id(), agent.sourceId(), Double.toString(rateHz), sent.toString()));
        Process process = SinalProcess.launch(command, environment, folder.resolve("outlet-" + agent.id() + ".log"));
        Awaitility.await("the outlet of " + agent.id())
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(sent));
        return new OutletProcess(process, sent);
    }

    /** How many samples were pushed, at most {@value #TELL_MS} ms ago. */
    public long sent() throws IOException {
        return Long.parseLong(Files.readString(sent));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Arguments: name, source id, rate, file. Runs until it is ended. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[3]);
        Path next = Path.of(arguments[3] + ".next");
        try (NumberedOutlet outlet =
                NumberedOutlet.start(LslConfig.load(), arguments[0], arguments[1], Double.parseDouble(arguments[2]))) {
            while (true) {
                Files.writeString(next, Long.toString(outlet.sent()));
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                TimeUnit.MILLISECONDS.sleep(TELL_MS);
            }
        }
    }
}
