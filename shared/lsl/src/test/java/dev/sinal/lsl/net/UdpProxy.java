package dev.sinal.lsl.net;

import dev.sinal.lsl.protocol.TimeProbe;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;

/**
 * Stands between an inlet and the time service of an outlet: delays, loses, doubles and reorders, and makes the outlet's clock another
 * one. Delays are timers.
 */
final class UdpProxy implements AutoCloseable {
    /**
     * How one probe fares.
     *
     * @param out delay of the request, ms; negative = lost
     * @param back delays of the replies that arrive, ms: none = lost, two = doubled
     */
    record Way(long out, List<Long> back) {
        static final Way CLEAR = new Way(0, List.of(0L));
        static final Way LOST = new Way(-1, List.of());

        static Way of(long out, Long... back) {
            return new Way(out, List.of(back));
        }
    }

    private final class Wave {
        final SocketAddress client;
        int probes;
        final Map<Double, Way> ways = new HashMap<>();

        Wave(SocketAddress client) {
            this.client = client;
        }
    }

    volatile DoubleUnaryOperator clock = time -> time;
    volatile IntFunction<Way> path = probe -> Way.CLEAR;
    /** Who asked last, and what. */
    volatile SocketAddress asker;

    volatile TimeProbe.Request request;

    private final Vertx vertx;
    private final DatagramSocket front;
    private final DatagramSocket back;
    private final int service;
    private final Map<Integer, Wave> waves = new HashMap<>();

    /** @param service port of the true time service */
    UdpProxy(Vertx vertx, int service) {
        this.vertx = vertx;
        this.service = service;
        front = vertx.createDatagramSocket();
        back = vertx.createDatagramSocket();
        TestLab.await(back.handler(this::answered).listen(0, "127.0.0.1"));
        TestLab.await(front.handler(this::asked).listen(0, "127.0.0.1"));
    }

    int port() {
        return front.localAddress().port();
    }

    private void asked(DatagramPacket packet) {
        TimeProbe.Request asked = TimeProbe.Request.decode(packet.data().getBytes());
        asker = packet.sender();
        request = asked;
        Way way;
        synchronized (waves) {
            Wave wave = waves.computeIfAbsent(asked.wave(), first -> new Wave(packet.sender()));
            way = path.apply(wave.probes++);
            wave.ways.put(asked.sent(), way);
        }
        if (way.out() >= 0) {
            after(way.out(), () -> back.send(packet.data(), service, "127.0.0.1"));
        }
    }

    private void answered(DatagramPacket packet) {
        TimeProbe.Reply reply = TimeProbe.Reply.decode(packet.data().getBytes());
        Way way;
        Wave wave;
        synchronized (waves) {
            wave = waves.get(reply.wave());
            way = wave.ways.get(reply.sent());
        }
        DoubleUnaryOperator there = clock;
        byte[] other = new TimeProbe.Reply(
                        reply.wave(),
                        reply.sent(),
                        there.applyAsDouble(reply.received()),
                        there.applyAsDouble(reply.answered()))
                .encode();
        for (long delay : way.back()) {
            after(delay, () -> front.send(Buffer.buffer(other), wave.client.port(), wave.client.host()));
        }
    }

    private void after(long delay, Runnable what) {
        if (delay == 0) {
            what.run();
        } else {
            vertx.setTimer(delay, due -> what.run());
        }
    }

    @Override
    public void close() {
        TestLab.await(front.close());
        TestLab.await(back.close());
    }
}
