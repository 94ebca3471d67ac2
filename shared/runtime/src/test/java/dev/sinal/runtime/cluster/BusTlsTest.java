package dev.sinal.runtime.cluster;

import static dev.sinal.runtime.cluster.TestMembers.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.NodeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BusTlsTest {
    private final AtomicInteger received = new AtomicInteger();

    @TempDir
    Path folder;

    @Test
    void onlyNodesWithACertificateOfTheClustersOwnCaAreHeard() throws Exception {
        List<ClusterKeys.NodeFiles> own = ClusterKeys.make(folder.resolve("own"), List.of("one.lab", "127.0.0.1"));
        ClusterKeys.NodeFiles foreign =
                ClusterKeys.make(folder.resolve("foreign"), List.of("two.lab")).get(0);
        TestMembers ports = new TestMembers(2);
        ClusterRegistry registry = registry(ports, 0);
        Vertx first = member(registry, own.get(0));
        Vertx second = member(registry(ports, 1), own.get(1));
        Vertx stranger = Vertx.vertx();
        try {
            await(first.eventBus()
                    .consumer("secret", message -> {
                        received.incrementAndGet();
                        message.reply("heard");
                    })
                    .completion());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> await(second.eventBus().request("secret", "node"))
                            .body()
                            .equals("heard"));
            received.set(0);
            NodeInfo bus = registry.getNodeInfo();

            assertThat(closesOn(stranger, bus, new NetClientOptions()))
                    .as("plain TCP")
                    .isTrue();
            assertThat(closesOn(stranger, bus, tls(own.get(0).ca(), null)))
                    .as("no certificate")
                    .isTrue();
            assertThat(closesOn(stranger, bus, tls(own.get(0).ca(), foreign)))
                    .as("certificate of another CA")
                    .isTrue();
            assertThat(received).hasValue(0);
        } finally {
            await(stranger.close());
            await(second.close());
            await(first.close());
        }
    }

    /** The control of the test above: the same bytes are a message, and without TLS their sender is believed. */
    @Test
    void withoutTlsWhoeverReachesTheBusPortIsHeard() throws Exception {
        ClusterRegistry registry = registry(new TestMembers(1), 0);
        Vertx node = await(Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(TestMembers.HOST)))
                .withClusterManager(registry)
                .buildClustered());
        Vertx stranger = Vertx.vertx();
        NetClient client = stranger.createNetClient();
        try {
            await(node.eventBus()
                    .consumer("secret", message -> received.incrementAndGet())
                    .completion());
            NodeInfo bus = registry.getNodeInfo();
            await(client.connect(bus.port(), bus.host()).compose(socket -> socket.write(message("secret"))));

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> received.get() == 1);
        } finally {
            await(stranger.close());
            await(node.close());
        }
    }

    @Test
    void keysAreMadeOnceAndReadableByTheirOwnerOnly() throws Exception {
        ClusterKeys.NodeFiles one = ClusterKeys.make(folder, List.of("one")).get(0);
        byte[] ca = Files.readAllBytes(one.ca());

        ClusterKeys.NodeFiles two = ClusterKeys.make(folder, List.of("two")).get(0);

        assertThat(Files.readAllBytes(two.ca())).isEqualTo(ca);
        assertThatThrownBy(() -> ClusterKeys.make(folder, List.of("two")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> ClusterKeys.make(folder, List.of("../x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no name or address");
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------");
                }
            }
        }
    }

    @Test
    void settingsAreAllOrNone() throws Exception {
        Path file = Files.createFile(folder.resolve("file.pem"));

        assertThat(BusTls.from(Settings.of(Map.of()))).isNull();
        assertThatThrownBy(() -> BusTls.from(Settings.of(Map.of("cluster.tls.cert", file.toString()))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("cluster.tls.key is missing")
                .hasMessageContaining("./sinal keys cluster");
        assertThatThrownBy(() -> BusTls.from(Settings.of(
                        Map.of("cluster.tls.ca", folder.resolve("no").toString()))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("cluster.tls.ca is not a file that can be read");
    }

    /** Connects, sends a whole well-formed message to {@code secret}, and waits for the other side to hang up. */
    private static boolean closesOn(Vertx vertx, NodeInfo bus, NetClientOptions options) throws Exception {
        NetClient client = vertx.createNetClient(options);
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        client.connect(bus.port(), bus.host())
                .onFailure(refused -> closed.complete(true))
                .onSuccess(socket -> {
                    socket.closeHandler(gone -> closed.complete(true));
                    socket.exceptionHandler(failure -> closed.complete(true));
                    socket.write(message("secret"));
                });
        try {
            return closed.get(30, TimeUnit.SECONDS);
        } finally {
            await(client.close());
        }
    }

    /** As Vert.x writes it: length, version, codec (9 = text), send, address, no reply address, sender, no headers, body. */
    private static Buffer message(String address) {
        Buffer rest = Buffer.buffer()
                .appendByte((byte) 2)
                .appendByte((byte) 9)
                .appendByte((byte) 0)
                .appendInt(address.length())
                .appendString(address)
                .appendInt(0)
                .appendInt(8)
                .appendString("stranger")
                .appendInt(4)
                .appendInt(5)
                .appendString("hello");
        return Buffer.buffer().appendInt(rest.length()).appendBuffer(rest);
    }

    private static NetClientOptions tls(Path ca, ClusterKeys.NodeFiles files) {
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
        if (files != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .setCertPath(files.cert().toString())
                    .setKeyPath(files.key().toString()));
        }
        return options;
    }

    private static ClusterRegistry registry(TestMembers ports, int number) {
        return new ClusterRegistry(new ClusterConfig(
                        TestMembers.HOST, ports.port(number), new Discovery.Members(ports.addresses()), ports.name())
                .toHazelcast());
    }

    private static Vertx member(ClusterRegistry registry, ClusterKeys.NodeFiles files) throws Exception {
        EventBusOptions bus = new EventBusOptions().setHost(TestMembers.HOST);
        new BusTls(files.cert(), files.key(), files.ca()).apply(bus);
        return await(Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(bus))
                .withClusterManager(registry)
                .buildClustered());
    }
}
