package dev.sinal.gateway.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP server's own limits. */
public final class Door {
    private static final int LINE_BYTES = 8_192;
    private static final int HEADER_BYTES = 16_384;
    /**
     * Of a WebSocket. What is beyond is cut off in the middle, and a peer that still sends never sees why; so {@link #FRAME_BYTES} is held by the reader of
     * the frames.
     */
    private static final int MESSAGE_BYTES = 256 * 1024;
    /** Of a WebSocket, both ways. */
    public static final int FRAME_BYTES = 64 * 1024;

    private static final int CLOSING_S = 2;
    /** Longer than the longest wait of an answer (a start may wait 60 s); streams send heartbeats. */
    private static final int IDLE_S = 90;

    private static final int HEAD_WITHIN_MS = 10_000;
    private static final int BACKLOG = 1_024;
    /** Small enough that a slow reader's progress is seen: a socket is writable again only when a third of its buffer is free. */
    private static final int SEND_BUFFER = 512 << 10;

    private static final int MAX_STREAMS_H2 = 100;

    private Door() {}

    public static HttpServerOptions options(String host, int port) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setAcceptBacklog(BACKLOG)
                .setSendBufferSize(SEND_BUFFER)
                .setMaxInitialLineLength(LINE_BYTES)
                .setMaxHeaderSize(HEADER_BYTES)
                .setIdleTimeout(IDLE_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                .setDecompressionSupported(false)
                .setMaxWebSocketFrameSize(MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(MESSAGE_BYTES)
                // A peer that reads nothing does not answer a close either.
                .setWebSocketClosingTimeout(CLOSING_S)
                // A compressed frame of 48 KB became a message of 48 MB in spite of the limit (CVE-2026-102467).
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setCompressionSupported(true)
                .addCompressor(StandardCompressionOptions.gzip(1, 15, 8));
        options.getInitialSettings().setMaxConcurrentStreams(MAX_STREAMS_H2);
        return options;
    }

    /** Closes connections beyond the limit, and those that send no request in time. */
    public static void limitConnections(Vertx vertx, HttpServer server, int most, MeterRegistry metrics) {
        AtomicInteger open = new AtomicInteger();
        Gauge.builder("sinal.gateway.connections", open, AtomicInteger::get).register(metrics);
        Counter refused = metrics.counter("sinal.gateway.connections.refused");
        server.connectionHandler(connection -> {
            if (open.incrementAndGet() > most) {
                open.decrementAndGet();
                refused.increment();
                connection.close();
                return;
            }
            long timer = vertx.setTimer(HEAD_WITHIN_MS, id -> {
                if (!FirstRequests.seen(connection)) {
                    connection.close();
                }
            });
            connection.closeHandler(closed -> {
                vertx.cancelTimer(timer);
                FirstRequests.forget(connection);
                open.decrementAndGet();
            });
        });
    }
}
