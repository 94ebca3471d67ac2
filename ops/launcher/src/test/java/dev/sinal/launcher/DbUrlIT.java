package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sinal.runtime.sql.Database;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The login for readers of SQL, as the command hands it out, on a real server. */
final class DbUrlIT {
    private static final Path GUIDE = Path.of("../../docs/guides/sql.md");
    private static final Pattern SQL_BLOCK = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void readersSeeTheViewsAndNothingElse() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder.resolve("postgres"))) {
            Answer early = ask("--read-only");
            assertThat(early.failure()).contains("no views of Sinal yet");
            migrate(database);

            String url = ask("--read-only").url();
            assertThat(ask("--read-only").url()).as("asked again").isEqualTo(url);
            assertThat(url).startsWith("postgresql://sinal_read:").doesNotContain(password());
            assertThat(ask().url()).isEqualTo(database.uri());
            try (Connection reader = open(url);
                    Statement statement = reader.createStatement()) {
                for (String example : examples()) {
                    assertThat(statement.execute(example)).as(example).isTrue();
                }
                refused(statement, "SELECT chunk FROM telemetry.telemetry");
                refused(statement, "SELECT * FROM telemetry.streams");
                refused(statement, "SET default_transaction_read_only = off; DELETE FROM sinal.markers");
                refused(statement, "CREATE TABLE sinal.mine (a int)");
                refused(statement, "CREATE TABLE public.mine (a int)");
            }
        }
    }

    @Test
    void withoutADatabaseItSaysWhatToDo() {
        Answer answer = ask("--read-only");

        assertThat(answer.failure()).contains("no embedded database runs in").contains("./sinal demo");
    }

    private record Answer(String url, String failure) {}

    private Answer ask(String... more) {
        DbUrlCommand command = new DbUrlCommand();
        String[] failure = {""};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            CommandLine line = new CommandLine(command).setExecutionExceptionHandler((thrown, on, parsed) -> {
                failure[0] = String.valueOf(thrown.getMessage());
                return 1;
            });
            String[] all = java.util.stream.Stream.concat(
                            java.util.stream.Stream.of("--data-dir", folder.toString()),
                            java.util.stream.Stream.of(more))
                    .toArray(String[]::new);
            line.execute(all);
        } finally {
            System.setOut(before);
        }
        return new Answer(out.toString(StandardCharsets.UTF_8).strip(), failure[0]);
    }

    /** As Grafana sends them. */
    private static List<String> examples() throws Exception {
        List<String> found = SQL_BLOCK
                .matcher(Files.readString(GUIDE))
                .results()
                .map((MatchResult block) -> block.group(1)
                        .replaceAll("\\$__timeFilter\\((\\w+)\\)", "$1 BETWEEN now() - interval '1 hour' AND now()")
                        .replace("$__timeFrom()", "'2026-03-01T10:00:00Z'")
                        .replace("$__timeTo()", "'2026-03-02T10:00:00Z'"))
                .toList();
        assertThat(found).hasSizeGreaterThan(6);
        return found;
    }

    private static void refused(Statement statement, String sql) {
        assertThatExceptionOfType(SQLException.class)
                .as(sql)
                .isThrownBy(() -> statement.execute(sql))
                .satisfies(failure -> assertThat(failure.getSQLState()).isIn("42501", "25006"));
    }

    private String password() throws Exception {
        return Files.readString(folder.resolve("postgres/password")).strip();
    }

    private static void migrate(EmbeddedDatabase database) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            new Database(database.uri())
                    .migrate(vertx, "telemetry")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(2, TimeUnit.MINUTES);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private static Connection open(String url) throws SQLException {
        URI uri = URI.create(url);
        String[] login = uri.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), login[0], login[1]);
    }
}
