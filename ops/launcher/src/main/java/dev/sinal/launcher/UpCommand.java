package dev.sinal.launcher;

import dev.sinal.runtime.ConfigFile;
import dev.sinal.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The suite on a real configuration, in one process. */
@Command(
        name = "up",
        description = "The suite in one process, on your own settings. Needs a database and keys.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Mixin
    RunOptions options = new RunOptions();

    @Option(
            names = "--embedded-db",
            description =
                    "Run PostgreSQL inside; its data stay in the data folder. Otherwise SINAL_DATABASE_URI is used.")
    boolean embeddedDatabase;

    @Override
    public Integer call() throws Exception {
        if (embeddedDatabase) {
            refuseBadSettings();
        }
        Path dataDir = (options.dataDir == null ? DataDirs.forUser() : options.dataDir).toAbsolutePath();
        Map<String, String> flags = new HashMap<>();
        try (DataDirLock lock = DataDirLock.take(dataDir);
                EmbeddedDatabase database =
                        embeddedDatabase ? EmbeddedDatabase.start(dataDir.resolve("postgres")) : null) {
            if (database != null) {
                flags.put("database.uri", database.uri());
            }
            flags.putAll(options.asFlags());
            return run(dataDir, new Settings(file(options.config), System.getenv(), flags));
        }
    }

    /** Before a database is made for nothing. */
    private void refuseBadSettings() {
        Map<String, String> flags = new HashMap<>(options.asFlags());
        flags.put("database.uri", "postgresql://sinal@127.0.0.1:5432/sinal");
        SuiteRun.check(new Settings(file(options.config), System.getenv(), flags), new LinkedHashSet<>(Suite.SERVICES));
    }

    private int run(Path dataDir, Settings settings) throws IOException, InterruptedException {
        SuiteRun suite = SuiteRun.start(
                settings, new LinkedHashSet<>(Suite.SERVICES), false, dataDir.resolve("node"), DataDirs.hostName());
        try {
            String url = suite.url(settings.text("http.host", "127.0.0.1"));
            if (suite.awaitReady()) {
                System.out.println("Sinal is running at " + url);
                suite.tellBackend();
                suite.writeReadyFile(options.readyFile, url, null);
                suite.awaitStop();
            }
            return 0;
        } finally {
            suite.stopAll();
        }
    }

    static Map<String, String> file(@Nullable Path config) {
        return config == null ? Map.of() : ConfigFile.read(config);
    }
}
