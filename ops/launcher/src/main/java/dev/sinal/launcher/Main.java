package dev.sinal.launcher;

import dev.sinal.runtime.ConfigException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./sinal}: exit code 0 fine, 1 failed, 2 wrong usage, with one clear line on standard error. */
@Command(
        name = "sinal",
        description = "Telemetry for labs that use the Lab Streaming Layer.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            NodeCommand.class,
            NodesCommand.class,
            MoveCommand.class,
            DrainCommand.class,
            LslCommand.class,
            TokenCommand.class,
            DbUrlCommand.class,
            KeysCommand.class
        })
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    public static void main(String[] args) {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        System.setProperty("hazelcast.logging.type", "slf4j");
        CommandLine command = new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, line, parsed) -> tell(failure))
                .setParameterExceptionHandler((failure, given) -> {
                    System.err.println("sinal: " + failure.getMessage() + " (see ./sinal "
                            + helpOf(failure.getCommandLine()) + "--help)");
                    return WRONG_USAGE;
                });
        if (args.length == 0) {
            command.usage(System.out);
            System.exit(WRONG_USAGE);
        }
        System.exit(command.execute(args));
    }

    private static String helpOf(CommandLine line) {
        return line.getParent() == null ? "" : line.getCommandName() + " ";
    }

    /** The file system's own messages are often no more than the path. */
    static String plain(IOException failure) {
        if (!(failure instanceof FileSystemException file)) {
            return String.valueOf(failure.getMessage());
        }
        String reason = file.getReason();
        String what = file instanceof AccessDeniedException
                ? "no permission to write there"
                : file instanceof FileAlreadyExistsException
                        ? "is a file, a folder was expected"
                        : reason == null ? "cannot be made or used" : reason;
        return file.getFile() + ": " + what;
    }

    private static int tell(Exception failure) {
        if (failure instanceof ConfigException) {
            System.err.println("sinal: " + failure.getMessage());
            return WRONG_USAGE;
        }
        if (failure instanceof IOException io) {
            System.err.println("sinal: " + plain(io));
            LoggerFactory.getLogger(Main.class).debug("failed", failure);
            return FAILED;
        }
        System.err.println("sinal: " + failure);
        LoggerFactory.getLogger(Main.class).error("failed", failure);
        return FAILED;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"sinal " + (version == null ? "development" : version)};
        }
    }
}
