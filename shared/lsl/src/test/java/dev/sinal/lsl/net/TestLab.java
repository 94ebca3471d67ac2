package dev.sinal.lsl.net;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A Vert.x and private LSL ports on loopback, for one test. */
public final class TestLab implements AutoCloseable {
    private static final int RANGE = 12;

    private final Vertx vertx = Vertx.vertx();
    private final List<Lsl> opened = new ArrayList<>();
    private final LslConfig config;

    public TestLab() {
        int base = freeBlock();
        config = LslConfig.loopback()
                .withPorts(base, base + 1, RANGE)
                .withSessionId(UUID.randomUUID().toString());
    }

    /** A stretch of ports nobody uses now: the first for discovery, the others for outlets. */
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
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int port = base; port <= base + RANGE; port++) {
            try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
                    DatagramSocket udp = new DatagramSocket(port, loopback)) {
                if (!tcp.isBound() || !udp.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    public Vertx vertx() {
        return vertx;
    }

    public LslConfig config() {
        return config;
    }

    public Lsl lsl() {
        return lsl(config);
    }

    /** With the lab's ports and session. */
    public Lsl lsl(UnaryOperator<LslConfig> change) {
        return lsl(change.apply(config));
    }

    public Lsl lsl(LslConfig other) {
        Lsl lsl = Lsl.create(vertx, other);
        opened.add(lsl);
        return lsl;
    }

    /** The only stream with this name; fails the test if none comes within 10 s. */
    public StreamInfo find(Lsl lsl, String name) {
        List<StreamInfo> found = await(lsl.resolve(StreamQuery.byName(name), 1, Duration.ofSeconds(10)));
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " streams named " + name);
        }
        return found.get(0);
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException late) {
            throw new AssertionError("not done within 20 s", late);
        }
    }

    @Override
    public void close() {
        opened.forEach(lsl -> await(lsl.close()));
        await(vertx.close());
    }
}
