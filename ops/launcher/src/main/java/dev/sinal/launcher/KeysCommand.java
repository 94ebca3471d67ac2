package dev.sinal.launcher;

import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.cluster.ClusterKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "keys",
        description = "Makes the key file that signs and checks tokens, and the certificates of the event bus.",
        mixinStandardHelpOptions = true,
        subcommands = {KeysCommand.Init.class, KeysCommand.Cluster.class})
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

    @Command(
            name = "cluster",
            description =
                    "Makes a private CA and a certificate for each node: mutual TLS on the event bus. Run again for more nodes.",
            mixinStandardHelpOptions = true)
    static final class Cluster implements Callable<Integer> {
        @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the files go (each 0600).")
        Path folder = Path.of("");

        @Option(
                names = "--host",
                paramLabel = "NAME",
                required = true,
                arity = "1..*",
                description = "Name or address of each machine that runs nodes.")
        List<String> hosts = List.of();

        @Override
        public Integer call() throws Exception {
            List<ClusterKeys.NodeFiles> made = ClusterKeys.make(folder.toAbsolutePath(), hosts);
            for (ClusterKeys.NodeFiles files : made) {
                System.out.println(files.cert());
            }
            ClusterKeys.NodeFiles first = made.get(0);
            System.err.println(
                    "On each machine, with its own two files and " + first.ca().getFileName() + ":");
            System.err.println("  export SINAL_CLUSTER_TLS_CERT=" + first.cert());
            System.err.println("  export SINAL_CLUSTER_TLS_KEY=" + first.key());
            System.err.println("  export SINAL_CLUSTER_TLS_CA=" + first.ca());
            System.err.println("Keep ca-key.pem here: whoever has it can make a node that all others believe.");
            return 0;
        }
    }
}
