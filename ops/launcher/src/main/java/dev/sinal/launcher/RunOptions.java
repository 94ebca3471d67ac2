package dev.sinal.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that demo, up and node share. Each is a setting by another name. */
final class RunOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings file (YAML). Environment (SINAL_<SECTION>_<KEY>) and options win over it.")
    @Nullable
    Path config;

    @Option(names = "--port", paramLabel = "N", description = "Port of the gateway; 0 = any free one.")
    @Nullable
    Integer port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address the gateway binds.")
    @Nullable
    String host;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where data are kept.")
    @Nullable
    Path dataDir;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Written (0600) once everything runs: url, pid, services, in demo the token.")
    @Nullable
    Path readyFile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting, e.g. --set ingest.log.maxBytes=1000000000.")
    Map<String, String> set = new HashMap<>();

    Map<String, String> asFlags() {
        Map<String, String> flags = new HashMap<>(set);
        if (port != null) {
            flags.put("http.port", port.toString());
        }
        if (host != null) {
            flags.put("http.host", host);
        }
        return flags;
    }
}
