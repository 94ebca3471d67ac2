package dev.sinal.launcher;

import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "keys",
        description = "Makes the key file that signs and checks tokens.",
        mixinStandardHelpOptions = true,
        subcommands = KeysCommand.Init.class)
final class KeysCommand {
    static Path defaultFile() {
        String fromEnvironment = System.getenv("SINAL_AUTH_KEY_FILE");
        return fromEnvironment == null ? DataDirs.forUser().resolve("keys.json") : Path.of(fromEnvironment);
    }

    @Command(
            name = "init",
            description = "Makes a new key file (0600). Never overwrites one.",
            mixinStandardHelpOptions = true)
    static final class Init implements Callable<Integer> {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "Default: $SINAL_AUTH_KEY_FILE, else keys.json in the data folder.")
        Path file = defaultFile();

        @Override
        public Integer call() throws Exception {
            Path target = file.toAbsolutePath();
            if (Files.exists(target)) {
                throw new ConfigException(
                        "--file", target + " exists already; remove it first to make every token invalid");
            }
            Path folder = target.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            TokenKeys.create(target);
            System.out.println(target);
            System.err.println("Use it with: export SINAL_AUTH_KEY_FILE=" + target);
            return 0;
        }
    }
}
