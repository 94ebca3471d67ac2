package dev.sinal.gateway.live;

import java.time.Duration;

/**
 * Bounds of the live doors.
 *
 * @param authWait until the first authenticate of a WebSocket
 * @param sockets WebSockets and event streams at a time
 * @param socketsPerSubject of them, of one token subject
 * @param subscriptions of one WebSocket
 * @param inboundPerSecond messages of one WebSocket
 * @param badMessages after so many that make no sense a WebSocket is closed
 * @param queueBytes waiting for one slow reader; beyond it the oldest samples give way
 * @param stuck a reader that takes nothing for so long is cut off
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
        int sockets,
        int socketsPerSubject,
        int subscriptions,
        int inboundPerSecond,
        int badMessages,
        int queueBytes,
        Duration stuck,
        Duration windowAge,
        int windowBytes,
        int windowTotalBytes,
        Duration linger,
        int agents,
        Duration catchUpWait,
        Duration heartbeat,
        Duration pingEvery,
        Duration pongWithin) {
    public static LiveLimits defaults() {
        return new LiveLimits(
                Duration.ofSeconds(5),
                500,
                100,
                50,
                100,
                10,
                1 << 20,
                Duration.ofSeconds(10),
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
        return new LiveLimits(
                newAuthWait,
                sockets,
                socketsPerSubject,
                subscriptions,
                inboundPerSecond,
                badMessages,
                queueBytes,
                newStuck,
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
