package dev.sinal.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An empty PostgreSQL database for one test, on a server that all tests of the JVM share. Closing drops it. */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable TestServer shared;

    private final TestServer server;
    private final String name;

    private TestDatabase(TestServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public static TestDatabase fresh() {
        return on(sharedServer());
    }

    static TestDatabase on(TestServer server) {
        String name = "sinal_test_" + NUMBER.incrementAndGet();
        server.run("CREATE DATABASE " + name + " OWNER " + TestServer.USER);
        return new TestDatabase(server, name);
    }

    /** {@code postgresql://user:password@127.0.0.1:port/database}. */
    public String uri() {
        return uri("127.0.0.1");
    }

    /** The same by another address of the server. */
    public String uri(String address) {
        return "postgresql://" + TestServer.USER + ":" + TestServer.PASSWORD + "@" + address + ":" + server.port() + "/"
                + name;
    }

    /** Drops the database, also when somebody is still connected. */
    @Override
    public void close() {
        server.run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    private static synchronized TestServer sharedServer() {
        TestServer running = shared;
        if (running == null) {
            running = TestServer.start();
            shared = running;
        }
        return running;
    }
}
