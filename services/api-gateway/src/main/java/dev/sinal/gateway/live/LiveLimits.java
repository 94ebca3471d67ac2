package dev.sinal.gateway.live;

import java.time.Duration;

/**
 * Bounds of the live doors.
 *
 * @param authWait until the first authenticate of a WebSocket
 * @param leeway that a token is taken after it has expired, for clocks that differ
 * @param subscriptions of one WebSocket
 * @param inboundPerSecond messages of one WebSocket
 * @param badMessages after so many that make no sense a WebSocket is closed
 * @param windowAge samples kept for a reader who comes back
 * @param windowBytes the same, bytes of one agent
 * @param windowTotalBytes the same, of all agents together
 * @param linger an agent that nobody watches any more is followed so long
 * @param agents followed at a time
 * @param catchUpWait longest wait for samples that are on their way into the database
 * @param heartbeat of an idle event stream
 * @param pingEvery of a WebSocket
 * @param pongWithin after a ping
 */
public record LiveLimits(
        Duration authWait,
        Duration leeway,
        Connections connections,
        Queues queues,
        int subscriptions,
        int inboundPerSecond,
        int badMessages,
        Duration windowAge,
        int windowBytes,
        int windowTotalBytes,
        Duration linger,
        int agents,
        Duration catchUpWait,
        Duration heartbeat,
        Duration pingEvery,
        Duration pongWithin) {
    /**
     * @param most WebSockets and event streams at a time
     * @param perSubject of them, of one token subject
     * @param perAddress of them, from one network address; a proxy in front is one address
     * @param handshakesPerSecond new connections
     * @param handshakeBurst new connections at once
     */
    public record Connections(int most, int perSubject, int perAddress, int handshakesPerSecond, int handshakeBurst) {}

    /**
     * @param bytes waiting for one slow reader; beyond it the oldest samples give way
     * @param totalBytes waiting for all slow readers; when it is short each has less
     * @param stuck a reader that takes nothing for so long is cut off
     */
    public record Queues(int bytes, int totalBytes, Duration stuck) {}

    public static final Connections CONNECTIONS = new Connections(1_000, 250, 500, 250, 500);

    public static LiveLimits defaults() {
        return defaults(CONNECTIONS);
    }

    /** @param leeway as the token verifier has it */
    public LiveLimits withLeeway(Duration leeway) {
        return with(authWait, leeway, connections, queues, heartbeat);
    }

    public static LiveLimits defaults(Connections connections) {
        return new LiveLimits(
                Duration.ofSeconds(5),
                Duration.ZERO,
                connections,
                new Queues(1 << 20, 64 << 20, Duration.ofSeconds(10)),
                50,
                100,
                10,
                Duration.ofSeconds(10),
                4 << 20,
                64 << 20,
                Duration.ofSeconds(30),
                1_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10));
    }

    /** The same with other waits. */
    public LiveLimits withWaits(Duration newAuthWait, Duration newStuck, Duration newHeartbeat) {
        return with(
                newAuthWait,
                leeway,
                connections,
                new Queues(queues.bytes(), queues.totalBytes(), newStuck),
                newHeartbeat);
    }

    public LiveLimits withQueues(Queues newQueues) {
        return with(authWait, leeway, connections, newQueues, heartbeat);
    }

    private LiveLimits with(
            Duration newAuthWait,
            Duration newLeeway,
            Connections newConnections,
            Queues newQueues,
            Duration newHeartbeat) {
        return new LiveLimits(
                newAuthWait,
                newLeeway,
                newConnections,
                newQueues,
                subscriptions,
                inboundPerSecond,
                badMessages,
                windowAge,
                windowBytes,
                windowTotalBytes,
                linger,
                agents,
                catchUpWait,
                newHeartbeat,
                pingEvery,
                pongWithin);
    }
}
