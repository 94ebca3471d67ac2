package dev.sinal.launcher;

import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Everything in one process, with simulated sensors: the five-minute tour. */
@Command(
        name = "demo",
        description =
                "Everything in one process, with simulated sensors and a database of its own; prints the dashboard's address.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final Duration TOKEN_LIFETIME = Duration.ofDays(30);
    private static final long COLLECTING_WAIT_S = 90;
    private static final long POLL_MS = 100;

    @Mixin
    RunOptions options = new RunOptions();

    @Override
    public Integer call() throws Exception {
        refuseStrangers();
        Path dataDir = (options.dataDir == null ? Path.of(".sinal") : options.dataDir).toAbsolutePath();
        try (DataDirLock lock = DataDirLock.take(dataDir);
                EmbeddedDatabase database = EmbeddedDatabase.start(dataDir.resolve("postgres"))) {
            return run(dataDir, database);
        }
    }

    private int run(Path dataDir, EmbeddedDatabase database) throws IOException, InterruptedException {
        // New keys at every start: a demo token lives as long as its process.
        Path keyFile = dataDir.resolve("demo-keys.json");
        Files.deleteIfExists(keyFile);
        TokenKeys keys = TokenKeys.create(keyFile);
        String instance = instance(dataDir.resolve("instance"));
        SuiteRun suite =
                SuiteRun.start(settings(database, keyFile, instance), wanted(), false, dataDir.resolve("node"), "demo");
        try {
            String host = options.host == null ? "127.0.0.1" : options.host;
            String url = suite.url(host);
            String token = keys.sign("demo", List.of("admin"), List.of(), List.of(), TOKEN_LIFETIME);
            DemoAgents agents = new DemoAgents(suite.node().context().vertx(), instance);
            if (suite.awaitReady()) {
                SuiteRun.await(agents.start(), COLLECTING_WAIT_S);
                awaitCollecting(suite, agents);
            }
            if (!suite.stopAsked()) {
                announce(url, token);
                suite.writeReadyFile(options.readyFile, url, token);
                suite.awaitStop();
            }
            return 0;
        } finally {
            suite.stopAll();
        }
    }

    /** The same sensors after every restart on the same data, and never those of another demo on this machine. */
    private static String instance(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, Long.toString(System.nanoTime() & 0xffff_ffffL, 36) + "\n");
        }
        return Files.readString(file).strip();
    }

    private static void awaitCollecting(SuiteRun suite, DemoAgents agents) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(COLLECTING_WAIT_S);
        while (!suite.stopAsked() && !SuiteRun.await(agents.collecting(), COLLECTING_WAIT_S)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the simulated sensors were not collected within " + COLLECTING_WAIT_S
                        + " s; run with LOG_LEVEL=DEBUG to see why");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static Set<String> wanted() {
        Set<String> wanted = new LinkedHashSet<>(Suite.SERVICES);
        wanted.add(Suite.SIMULATOR);
        return wanted;
    }

    private Settings settings(EmbeddedDatabase database, Path keyFile, String instance) {
        Map<String, String> flags = new HashMap<>();
        flags.put("database.uri", database.uri());
        flags.put("auth.keyFile", keyFile.toString());
        flags.put("simulator.instance", instance);
        Map<String, String> environment = System.getenv();
        if (!environment.containsKey("LSLAPICFG")) {
            flags.put("lsl.loopback", "true");
        }
        flags.putAll(options.asFlags());
        return new Settings(
                options.config == null ? Map.of() : dev.sinal.runtime.ConfigFile.read(options.config),
                environment,
                flags);
    }

    private void refuseStrangers() {
        String host = options.host;
        if (host != null && !Set.of("127.0.0.1", "localhost", "::1").contains(host)) {
            throw new ConfigException(
                    "--host",
                    "must be a loopback address in demo, was " + host
                            + "; for other machines use ./sinal up with keys of your own");
        }
    }

    /** To standard output: this is what the command is for. */
    private static void announce(@org.jspecify.annotations.Nullable String url, String token) {
        System.out.println();
        System.out.println("  Sinal is running.");
        System.out.println();
        System.out.println("  Dashboard   " + url + "/#token=" + token);
        System.out.println("  API         " + url + "/docs");
        System.out.println("  Token       " + token);
        System.out.println();
        System.out.println(
                "  Agents: headset (EEG, ECG, markers), vitals (heart rate, temperature), abc123 (waits for your data).");
        System.out.println("  Stop with Ctrl-C. The data stay; the token does not.");
        System.out.println();
    }
}
