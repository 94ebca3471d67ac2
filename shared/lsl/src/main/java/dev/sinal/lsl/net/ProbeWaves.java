package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.protocol.TimeProbe;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the offset between an outlet's clock and ours, wave after wave. Runs on a context of its own, not the one that decodes
 * samples, because waiting behind them would look like a slow network.
 */
final class ProbeWaves {
    private final Vertx vertx;
    private final Context context;
    private final Endpoint target;
    private final Duration interval;
    private final Consumer<ClockProbe> results;
    private final List<TimeProbe.RoundTrip> wave = new ArrayList<>();
    private @Nullable DatagramSocket socket;
    private int waveId;
    private double waveStart;
    private int sent;
    private long probeTimer = -1;
    private long endTimer = -1;
    private long waveTimer = -1;
    private boolean stopped;

    private ProbeWaves(Vertx vertx, Context context, Endpoint target, Duration interval, Consumer<ClockProbe> results) {
        this.vertx = vertx;
        this.context = context;
        this.target = target;
        this.interval = interval;
        this.results = results;
    }

    /** @param results called on the given context, not the caller's */
    static ProbeWaves start(
            Vertx vertx, Context context, Endpoint target, Duration interval, Consumer<ClockProbe> results) {
        ProbeWaves waves = new ProbeWaves(vertx, context, target, interval, results);
        context.runOnContext(go -> waves.begin());
        return waves;
    }

    private void begin() {
        if (stopped) {
            return;
        }
        // A unicast peer is reached whatever the local address; loopback peers from loopback only.
        String local = target.address().startsWith("127.") ? "127.0.0.1" : "";
        Udp.bind(vertx, Udp.options().setIpV6(target.isIpv6()), 0, local)
                .onSuccess(this::opened)
                .onFailure(failure -> {
                    results.accept(ClockProbe.failed(LslClock.now(), "no socket: " + failure.getMessage()));
                    retry();
                });
    }

    private void retry() {
        if (!stopped) {
            waveTimer = vertx.setTimer(interval.toMillis(), again -> begin());
        }
    }

    private void opened(DatagramSocket bound) {
        if (stopped) {
            bound.close();
            return;
        }
        socket = bound;
        bound.handler(this::received);
        newWave(bound);
        waveTimer = vertx.setPeriodic(interval.toMillis(), next -> newWave(bound));
    }

    private void newWave(DatagramSocket bound) {
        if (target.servicePort() == 0) {
            results.accept(ClockProbe.failed(LslClock.now(), "the outlet has no time service"));
            return;
        }
        waveId = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
        waveStart = LslClock.now();
        wave.clear();
        sent = 0;
        probe(bound);
        probeTimer = vertx.setPeriodic(TimeProbe.INTERVAL_MS, next -> probe(bound));
        endTimer = vertx.setTimer(TimeProbe.WAVE_MS, end -> endWave());
    }

    private void probe(DatagramSocket bound) {
        if (++sent >= TimeProbe.COUNT) {
            vertx.cancelTimer(probeTimer);
        }
        Buffer request = Buffer.buffer(new TimeProbe.Request(waveId, LslClock.now()).encode());
        bound.send(request, target.servicePort(), target.address()).onFailure(unreachable -> {});
    }

    private void received(DatagramPacket packet) {
        double now = LslClock.now();
        if (!packet.sender().hostAddress().equals(target.address()) || wave.size() >= TimeProbe.COUNT) {
            return;
        }
        try {
            TimeProbe.Reply reply = TimeProbe.Reply.decode(packet.data().getBytes());
            boolean plausible =
                    reply.wave() == waveId && reply.sent() >= waveStart - 1e-3 && reply.sent() <= now + 1e-3;
            if (plausible) {
                wave.add(reply.returned(now));
            }
        } catch (LslProtocolException malformed) {
            // A stray datagram: the wave will be short of a reply if it was meant as one.
        }
    }

    private void endWave() {
        int replies = wave.size();
        results.accept(TimeProbe.best(wave)
                .map(best -> ClockProbe.measured(best.measuredAt(), best.correction(), best.rtt()))
                .orElseGet(() -> ClockProbe.failed(
                        LslClock.now(),
                        replies + " of " + TimeProbe.COUNT + " probes answered, " + TimeProbe.MIN_REPLIES
                                + " needed")));
    }

    void stop() {
        context.runOnContext(go -> {
            stopped = true;
            vertx.cancelTimer(probeTimer);
            vertx.cancelTimer(endTimer);
            vertx.cancelTimer(waveTimer);
            DatagramSocket bound = socket;
            if (bound != null) {
                bound.close();
            }
        });
    }
}
