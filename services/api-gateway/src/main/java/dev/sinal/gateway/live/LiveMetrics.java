package dev.sinal.gateway.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the live doors count, as {@code sinal.live.*}. */
final class LiveMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicInteger eventStreams = new AtomicInteger();
    private final AtomicInteger agents = new AtomicInteger();
    private final AtomicLong windowBytes = new AtomicLong();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicInteger slowReaders = new AtomicInteger();
    private final Counter frames;
    private final Counter badFrames;
    private final Counter staleFrames;
    private final Counter holes;
    private final Counter encoded;
    private final Counter sent;
    private final Counter bytes;
    private final Counter drops;

    LiveMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("sinal.live.viewers", sockets, AtomicInteger::get)
                .tag("kind", "websocket")
                .register(registry);
        Gauge.builder("sinal.live.viewers", eventStreams, AtomicInteger::get)
                .tag("kind", "sse")
                .register(registry);
        Gauge.builder("sinal.live.agents", agents, AtomicInteger::get).register(registry);
        Gauge.builder("sinal.live.window.bytes", windowBytes, AtomicLong::get).register(registry);
        Gauge.builder("sinal.live.queue.bytes", queuedBytes, AtomicLong::get).register(registry);
        Gauge.builder("sinal.live.readers.slow", slowReaders, AtomicInteger::get)
                .register(registry);
        frames = registry.counter("sinal.live.frames");
        badFrames = registry.counter("sinal.live.frames.refused", "reason", "malformed");
        staleFrames = registry.counter("sinal.live.frames.refused", "reason", "stale");
        holes = registry.counter("sinal.live.holes");
        encoded = registry.counter("sinal.live.encoded");
        sent = registry.counter("sinal.live.sent");
        bytes = registry.counter("sinal.live.bytes");
        drops = registry.counter("sinal.live.drops");
    }

    AtomicInteger sockets() {
        return sockets;
    }

    AtomicInteger eventStreams() {
        return eventStreams;
    }

    int viewers() {
        return sockets.get() + eventStreams.get();
    }

    AtomicInteger agents() {
        return agents;
    }

    AtomicLong windowBytes() {
        return windowBytes;
    }

    AtomicLong queuedBytes() {
        return queuedBytes;
    }

    void frame() {
        frames.increment();
    }

    void badFrame() {
        badFrames.increment();
    }

    void staleFrame() {
        staleFrames.increment();
    }

    void hole() {
        holes.increment();
    }

    /** A message was made, for however many viewers. */
    void encoded() {
        encoded.increment();
    }

    void sent(int size) {
        sent.increment();
        bytes.increment(size);
    }

    void dropped() {
        drops.increment();
    }

    /** Nobody gets in. @param reason full, address, subject or handshakes */
    void refused(String reason) {
        registry.counter("sinal.live.refused", "reason", reason).increment();
    }

    /** A reader began to be too slow, or is not any more. */
    void slow(int more) {
        slowReaders.addAndGet(more);
    }

    int slowReaders() {
        return slowReaders.get();
    }

    /** @param code a WebSocket close code of ours, or {@code peer} */
    void closed(String code) {
        registry.counter("sinal.live.closes", "code", code).increment();
    }
}
