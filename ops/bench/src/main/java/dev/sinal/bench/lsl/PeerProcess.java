package dev.sinal.bench.lsl;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link SpeedPeer} seen from the program that compares. */
final class PeerProcess implements AutoCloseable {
    /** What begins a line that answers. */
    static final String ANSWER = "> ";

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final String greeting;

    /** What a peer had done when it was asked; latencies in milliseconds since they were last cleared. */
    record Mark(
            long nanos,
            long cpuNanos,
            long allocated,
            long samples,
            long missing,
            long dropped,
            long collections,
            double p50,
            double p90,
            double p99) {
        private static Mark parse(String line) {
            String[] words = line.split(" ");
            long[] counts =
                    Arrays.stream(words, 0, 7).mapToLong(Long::parseLong).toArray();
            return new Mark(
                    counts[0],
                    counts[1],
                    counts[2],
                    counts[3],
                    counts[4],
                    counts[5],
                    counts[6],
                    Double.parseDouble(words[7]),
                    Double.parseDouble(words[8]),
                    Double.parseDouble(words[9]));
        }
    }

    /**
     * Starts one; it is ready when this returns.
     *
     * @param folder private to one connection: holds the configuration both sides read
     */
    PeerProcess(Path folder, List<String> jvm, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-cp");
        command.add(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(SpeedPeer.class.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile()) // libraries before 1.13 look for their settings there
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LSLAPICFG", folder.resolve("lsl_api.cfg").toString());
        process = builder.start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = process.outputWriter(StandardCharsets.UTF_8);
        greeting = answer();
    }

    /** A folder with the settings of one connection; nobody else's streams are seen. */
    static Path settings(int port) throws IOException {
        Path folder = Files.createTempDirectory("lsl-speed");
        Path file =
                Files.writeString(folder.resolve("lsl_api.cfg"), String.format(Locale.ROOT, """
                [ports]
                MulticastPort = %d
                BasePort = %d
                PortRange = 12
                IPv6 = disable
                [multicast]
                ResolveScope = machine
                ListenAddress = 127.0.0.1
                [lab]
                KnownPeers = {127.0.0.1}
                SessionID = speed%d
                [log]
                level = -2
                """, port, port + 1, port));
        file.toFile().deleteOnExit();
        return folder;
    }

    String greeting() {
        return greeting;
    }

    long pid() {
        return process.pid();
    }

    Mark mark() {
        return Mark.parse(ask("mark"));
    }

    String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            return answer();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(ANSWER)) {
            line = answers.readLine();
        }
        if (line == null) {
            throw new IOException("a peer ended");
        }
        return line.substring(ANSWER.length());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
