package dev.sinal.launcher;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.sql.Database;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where the database is, for psql, Grafana and R. */
@Command(
        name = "db-url",
        description =
                "Prints the URL of the database: of the one that the settings name, else of the embedded one of a running suite.",
        mixinStandardHelpOptions = true)
final class DbUrlCommand implements Callable<Integer> {
    private static final int PORT_LINE = 3;
    private static final int CONNECT_S = 5;

    @Option(
            names = "--read-only",
            description = "A login that only reads the views of schema sinal; made if it is not there.")
    boolean readOnly;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings file (YAML) that names the database.")
    @Nullable
    Path config;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Folder of a suite with an embedded database (demo: .sinal; up --embedded-db: your data folder).")
    @Nullable
    Path dataDir;

    /** @param admin who may make roles there */
    private record Place(String host, int port, String database, Login owner, Login admin) {}

    private record Login(String user, String password) {}

    @Override
    public Integer call() throws Exception {
        Place place = place();
        if (!readOnly) {
            System.out.println(url(place, place.owner()));
            return 0;
        }
        String password = ReadOnlyLogin.password(place.owner().password(), place.database());
        try (Connection connection = open(place, place.admin())) {
            if (!ReadOnlyLogin.hasViews(connection)) {
                throw new IOException(
                        "the database has no views of Sinal yet: run the suite on it once, then ask again");
            }
            if (!ReadOnlyLogin.ensure(
                    connection, place.database(), place.owner().user(), password)) {
                throw new IOException(place.admin().user()
                        + " may not make roles; let somebody who may run this once, then ask again:\n"
                        + String.join(
                                ";\n",
                                ReadOnlyLogin.statements(
                                        place.database(), place.owner().user(), password))
                        + ";");
            }
        } catch (SQLException e) {
            throw new IOException("the database at " + place.host() + ":" + place.port() + " cannot be used: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        System.out.println(url(place, new Login(ReadOnlyLogin.ROLE, password)));
        return 0;
    }

    private Place place() throws IOException {
        Map<String, String> file = config == null ? new HashMap<>() : UpCommand.file(config);
        Settings settings = new Settings(file, System.getenv(), Map.of());
        String uri = dataDir == null ? settings.text("database.uri", "") : "";
        if (!uri.isEmpty()) {
            return given(uri);
        }
        List<Path> folders = dataDir == null ? List.of(Path.of(".sinal"), DataDirs.forUser()) : List.of(dataDir);
        for (Path folder : folders) {
            Path home = folder.toAbsolutePath().resolve("postgres");
            if (Files.exists(home.resolve("data/postmaster.pid")) && Files.exists(home.resolve("password"))) {
                return embedded(home);
            }
        }
        throw new ConfigException(
                "--data-dir",
                "no embedded database runs in " + folders
                        + "; start one with ./sinal demo, or name yours in SINAL_DATABASE_URI");
    }

    private static Place given(String uri) {
        PGSimpleDataSource source;
        try {
            source = new Database(uri).dataSource();
        } catch (IllegalArgumentException e) {
            throw new ConfigException("database.uri", "must be postgresql://user:password@host:port/database");
        }
        String password = source.getPassword();
        if (password == null || password.isEmpty()) {
            throw new ConfigException("database.uri", "must name the password, from which that of the readers is made");
        }
        Login owner = new Login(String.valueOf(source.getUser()), password);
        return new Place(
                source.getServerNames()[0],
                source.getPortNumbers()[0],
                String.valueOf(source.getDatabaseName()),
                owner,
                owner);
    }

    private static Place embedded(Path home) throws IOException {
        List<String> lines = Files.readAllLines(home.resolve("data/postmaster.pid"));
        if (lines.size() <= PORT_LINE) {
            throw new IOException("the embedded database in " + home + " is starting; try again");
        }
        String password = Files.readString(home.resolve("password")).strip();
        return new Place(
                "127.0.0.1",
                Integer.parseInt(lines.get(PORT_LINE).strip()),
                EmbeddedDatabase.NAME,
                new Login(EmbeddedDatabase.NAME, password),
                new Login(EmbeddedDatabase.SUPERUSER, password));
    }

    private static Connection open(Place place, Login login) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_S));
        properties.setProperty("socketTimeout", Integer.toString(CONNECT_S));
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host(place) + ":" + place.port() + "/" + place.database(), properties);
    }

    private static String url(Place place, Login login) {
        try {
            return new URI(
                            "postgresql",
                            login.user() + ":" + login.password(),
                            place.host(),
                            place.port(),
                            "/" + place.database(),
                            null,
                            null)
                    .toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String host(Place place) {
        return place.host().contains(":") ? "[" + place.host() + "]" : place.host();
    }
}
