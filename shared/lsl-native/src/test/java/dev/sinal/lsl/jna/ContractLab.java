package dev.sinal.lsl.jna;

import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Both implementations on private loopback ports. The native library reads {@code lsl_api.cfg} in the working directory, once per
 * process, so there is one lab per process.
 */
final class ContractLab implements AutoCloseable {
    private static final int RANGE = 90;
    private static final String MISSING =
            "set SINAL_LIBLSL to the path of a liblsl (the npm package node-lsl has prebuilt/liblsl64.so)";

    private final Vertx vertx = Vertx.vertx();
    private final Lsl ours;
    private final Lsl oursCapped;
    private final NativeLsl natives;

    ContractLab(int protocol) throws IOException {
        int base = freeBlock();
        Files.writeString(Path.of("lsl_api.cfg"), """
                [ports]
                MulticastPort = %d
                BasePort = %d
                PortRange = %d
                IPv6 = disable
                [multicast]
                ResolveScope = machine
                ListenAddress = 127.0.0.1
                [lab]
                KnownPeers = {127.0.0.1}
                SessionID = %s
                [tuning]
                UseProtocolVersion = %d
                [log]
                level = -2
                """.formatted(base, base + 1, RANGE, UUID.randomUUID(), protocol));
        LslConfig capped = LslConfig.load();
        natives = NativeLsl.create(vertx, capped, LibLsl.load(null));
        oursCapped = Lsl.create(vertx, capped);
        ours = Lsl.create(
                vertx,
                LslConfig.loopback()
                        .withPorts(base, base + 1, RANGE)
                        .withSessionId(capped.sessionId())
                        .withListenAddress("127.0.0.1"));
    }

    /** With {@code SINAL_CI=1} the library has to be there. */
    static boolean libraryIsThere() {
        String path = System.getenv("SINAL_LIBLSL");
        if (path != null && Files.isReadable(Path.of(path))) {
            return true;
        }
        if ("1".equals(System.getenv("SINAL_CI"))) {
            throw new IllegalStateException(MISSING);
        }
        System.out.println("LSL contract tests skipped: " + MISSING);
        return false;
    }

    private static int freeBlock() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            if (isFree(base)) {
                return base;
            }
        }
        throw new IllegalStateException("no free block of ports");
    }

    private static boolean isFree(int base) {
        for (int port = base; port <= base + RANGE; port++) {
            try (ServerSocket tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    DatagramSocket udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
                if (!tcp.isBound() || !udp.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    NativeLsl natives() {
        return natives;
    }

    LibLsl library() {
        return natives.library();
    }

    /** Our side speaks all it can, unless it talks to itself: then it is held to the protocol under test. */
    Lsl lsl(Side side, Side peer) {
        if (side == Side.NATIVE) {
            return natives;
        }
        return peer == Side.OURS ? oursCapped : ours;
    }

    /** The only stream with this name; fails the test if none comes within 15 s. */
    static StreamInfo find(Lsl lsl, String name) {
        List<StreamInfo> found = await(lsl.resolve(StreamQuery.byName(name), 1, Duration.ofSeconds(15)));
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " streams named " + name);
        }
        return found.get(0);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException | TimeoutException late) {
            throw new AssertionError("not done within 30 s", late);
        }
    }

    @Override
    public void close() {
        await(natives.close());
        await(ours.close());
        await(oursCapped.close());
        await(vertx.close());
    }
}
