package dev.sinal.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ports for a test that must know a port before it listens on it, or must find it free again later. They are not those the system gives
 * away by itself: with port 0, the number read back may be the local port of anybody's next connection while nobody listens.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;

    /** From here on are {@linkplain #block blocks}. */
    private static final int END = 20_000;

    private static final int END_OF_BLOCKS = 32_000;

    private static final int TRIES = 1_000;
    private static final Path SYSTEMS_OWN = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** A port that nobody listens on now, and that this process gets only once. */
    public static int one() {
        int end = end();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, end);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + (end - 1));
    }

    /** Different ones. */
    public static List<Integer> many(int count) {
        return Stream.generate(FreePorts::one).limit(count).toList();
    }

    /** Ports in a row which nobody uses now, neither for TCP nor for UDP: what an LSL of a test's own needs. @return the first */
    public static int block(int count) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(END, END_OF_BLOCKS - count);
            List<Integer> ports = IntStream.range(first, first + count).boxed().toList();
            if (ports.stream().allMatch(port -> isFree(port) && isFreeForUdp(port)) && GIVEN.addAll(ports)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " free ports in a row from " + END + " on");
    }

    private static boolean isFreeForUdp(int port) {
        try (DatagramSocket socket = new DatagramSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Before the range of outgoing connections: from 32768 on with Linux, unless somebody set it. */
    private static int end() {
        try {
            int first = Integer.parseInt(Files.readString(SYSTEMS_OWN).strip().split("\\s+")[0]);
            return first > FIRST ? Math.min(first, END) : END;
        } catch (IOException | NumberFormatException notLinux) {
            return END;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
