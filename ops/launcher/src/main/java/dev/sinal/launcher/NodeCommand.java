package dev.sinal.launcher;

import dev.sinal.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Some services in this process, on a clustered bus. */
@Command(
        name = "node",
        description = "Some services in this process, clustered with other processes.",
        mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "SERVICE",
            description = "agent-manager, lsl-ingest, telemetry-store, analytics, api-gateway")
    List<String> services = List.of();

    @Mixin
    RunOptions options = new RunOptions();

    @Option(names = "--cluster", description = "Join the cluster (always on for node; accepted for clarity).")
    boolean cluster;

    @Option(names = "--node-name", paramLabel = "NAME", description = "Shown in statuses. Default: <host>-<pid>.")
    @Nullable
    String nodeName;

    @Option(names = "--cluster-port", paramLabel = "N", description = "Port of the cluster. Default 5701.")
    @Nullable
    Integer clusterPort;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT,…",
            description = "Where other nodes may be. Default 127.0.0.1:5701–5709.")
    @Nullable
    String join;

    @Override
    public Integer call() throws Exception {
        String name = nodeName == null
                ? DataDirs.hostName() + "-" + ProcessHandle.current().pid()
                : nodeName;
        Path dataDir = (options.dataDir == null ? DataDirs.forUser().resolve(name) : options.dataDir).toAbsolutePath();
        Map<String, String> flags = new HashMap<>();
        if (clusterPort != null) {
            flags.put("cluster.port", clusterPort.toString());
        }
        if (join != null) {
            flags.put("cluster.join", join);
        }
        flags.putAll(options.asFlags());
        Settings settings = new Settings(UpCommand.file(options.config), System.getenv(), flags);
        try (DataDirLock lock = DataDirLock.take(dataDir)) {
            SuiteRun suite = SuiteRun.start(settings, new LinkedHashSet<>(services), true, dataDir, name);
            try {
                String url = suite.url(settings.text("http.host", "127.0.0.1"));
                if (suite.awaitReady()) {
                    System.out.println("node " + name + " runs " + String.join(", ", services)
                            + (url == null ? "" : " at " + url));
                    suite.tellBackend();
                    suite.writeReadyFile(options.readyFile, url, null);
                    suite.awaitStop();
                }
                return 0;
            } finally {
                suite.stopAll();
            }
        }
    }
}
