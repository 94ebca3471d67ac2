package dev.sinal.launcher;

import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "token",
        description = "Signs a token with the key file and prints it.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
    private static final List<String> ROLES = List.of("viewer", "analyst", "operator", "admin", "service");

    @Option(
            names = "--role",
            split = ",",
            paramLabel = "ROLE",
            description = "viewer, analyst, operator, admin or service.")
    List<String> roles = List.of("viewer");

    @Option(names = "--scope", split = ",", paramLabel = "SCOPE", description = "Scopes of a service token.")
    List<String> scopes = List.of();

    @Option(names = "--agent", split = ",", paramLabel = "ID", description = "Restrict the token to these agents.")
    List<String> agents = List.of();

    @Option(names = "--subject", paramLabel = "NAME", description = "Who it is for.")
    String subject = System.getProperty("user.name");

    @Option(names = "--hours", paramLabel = "N", description = "Lifetime; 1 to 8760.")
    int hours = 1;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "Default: $SINAL_AUTH_KEY_FILE, else keys.json in the data folder.")
    Path keyFile = KeysCommand.defaultFile();

    @Override
    public Integer call() throws Exception {
        if (!Files.exists(keyFile)) {
            throw new ConfigException("--key-file", keyFile + " does not exist; make one with: ./sinal keys init");
        }
        for (String role : roles) {
            if (!ROLES.contains(role)) {
                throw new ConfigException("--role", "must be one of " + ROLES + ", was " + role);
            }
        }
        if (hours < 1 || hours > 8760) {
            throw new ConfigException("--hours", "must be 1 to 8760, was " + hours);
        }
        System.out.println(TokenKeys.load(keyFile).sign(subject, roles, scopes, agents, Duration.ofHours(hours)));
        return 0;
    }
}
