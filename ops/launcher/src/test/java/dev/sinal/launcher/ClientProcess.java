package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of {@code clients/} as its user runs it. */
final class ClientProcess implements AutoCloseable {
    private final Process process;
    private final Path printed;
    private final Path said;

    /** The languages in which there are clients: the same programs with the same options. */
    enum Language {
        PYTHON("python3", "python", ".py"),
        JAVASCRIPT("node", "js", ".mjs");

        private final String interpreter;
        private final String folder;
        private final String suffix;

        Language(String interpreter, String folder, String suffix) {
            this.interpreter = interpreter;
            this.folder = folder;
            this.suffix = suffix;
        }

        /** Skips the test where the interpreter is missing; in CI it must be there. */
        void require() throws InterruptedException {
            boolean there = runs();
            if (System.getenv("SINAL_CI") != null) {
                assertThat(there)
                        .as("SINAL_CI is set, so %s must be installed", interpreter)
                        .isTrue();
            }
            assumeTrue(there, interpreter + " is not installed: the clients in clients/" + folder + " are not tested");
        }

        private boolean runs() throws InterruptedException {
            try {
                Process version = new ProcessBuilder(interpreter, "--version")
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start();
                return version.waitFor(30, TimeUnit.SECONDS) && version.exitValue() == 0;
            } catch (IOException e) {
                return false;
            }
        }

        /** Where its programs are. */
        Path folder() {
            return Path.of("../../clients", folder).toAbsolutePath().normalize();
        }

        private List<String> program(String name) {
            return List.of(interpreter, folder().resolve(name + suffix).toString());
        }

        private List<String> code(String code) {
            return this == PYTHON
                    ? List.of(interpreter, "-c", code)
                    : List.of(interpreter, "--input-type=module", "-e", code);
        }
    }

    private ClientProcess(Process process, Path printed, Path said) {
        this.process = process;
        this.printed = printed;
        this.said = said;
    }

    /** @param program agent, live or chunks */
    static ClientProcess start(Path folder, Language language, String program, String token, String... options)
            throws IOException {
        return start(folder, program, token, language.program(program), options);
    }

    /** @param code of a program that takes these arguments */
    static ClientProcess code(Path folder, Language language, String code, String... arguments) throws IOException {
        return start(folder, "code", "", language.code(code), arguments);
    }

    private static ClientProcess start(
            Path folder, String program, String token, List<String> interpreted, String... options) throws IOException {
        List<String> command = new ArrayList<>(interpreted);
        command.addAll(List.of(options));
        Path printed = Files.createTempFile(folder, program, ".out");
        Path said = Files.createTempFile(folder, program, ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(printed.toFile()).redirectError(said.toFile());
        builder.environment().put("SINAL_TOKEN", token);
        builder.environment().put("NO_PROXY", "127.0.0.1");
        return new ClientProcess(builder.start(), printed, said);
    }

    /** Whole lines of standard output so far. */
    List<String> lines() throws IOException {
        String text = Files.readString(printed, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** Standard error so far. */
    String said() throws IOException {
        return Files.readString(said, StandardCharsets.UTF_8);
    }

    /** @return the exit code */
    int awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the program did not end within 90 s; it said:\n" + said());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly())
                .join();
    }
}
