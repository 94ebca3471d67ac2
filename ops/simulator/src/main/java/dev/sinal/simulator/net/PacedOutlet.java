package dev.sinal.simulator.net;

import dev.sinal.lsl.Outlet;
import dev.sinal.simulator.domain.Sensor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes what a sensor owes by now. The schedule is absolute, so lateness never adds up: a late call pushes more. Not safe for several
 * threads.
 *
 * <p>While nobody listens only the latest sample is kept, and the first listener gets it: nobody waits five seconds for a temperature.
 */
final class PacedOutlet {
    /** What a stall may owe at most, seconds; older samples are skipped. */
    static final double CATCH_UP_S = 10;

    private static final Logger LOG = LoggerFactory.getLogger(PacedOutlet.class);

    private final Sensor sensor;
    private final Outlet outlet;
    private final double start;
    private final Counter pushed;
    private final Counter skipped;
    private final Gauge listeners;
    private long next;

    /** @param start when the simulation began, seconds on the LSL clock */
    PacedOutlet(Sensor sensor, Outlet outlet, double start, MeterRegistry metrics) {
        this.sensor = sensor;
        this.outlet = outlet;
        this.start = start;
        this.pushed = Counter.builder("sinal.simulator.samples")
                .description("samples given to listeners")
                .tag("sensor", sensor.id())
                .register(metrics);
        this.skipped = Counter.builder("sinal.simulator.skipped")
                .description("samples left out after a stall")
                .tag("sensor", sensor.id())
                .register(metrics);
        this.listeners = Gauge.builder("sinal.simulator.listeners", outlet, Outlet::consumers)
                .description("listeners connected now")
                .tag("sensor", sensor.id())
                .register(metrics);
    }

    /** @param now seconds on the LSL clock */
    void pushDue(double now) {
        double elapsed = now - start;
        long due = sensor.dueBy(elapsed);
        if (outlet.consumers() == 0) {
            next = Math.max(next, due - 1);
            return;
        }
        skipTo(sensor.dueBy(elapsed - CATCH_UP_S));
        if (due > next) {
            push((int) (due - next));
        }
    }

    /** To be removed with the outlet; the counters go on where they stopped. */
    Gauge listeners() {
        return listeners;
    }

    private void skipTo(long oldest) {
        if (oldest > next) {
            LOG.warn("stalled, samples skipped sensor={} samples={}", sensor.id(), oldest - next);
            skipped.increment(oldest - next);
            next = oldest;
        }
    }

    private void push(int count) {
        double[] stamps = new double[count];
        for (int i = 0; i < count; i++) {
            stamps[i] = start + sensor.secondsOf(next + i);
        }
        outlet.pushChunk(sensor.values(next, count), count, stamps, stamps[count - 1]);
        next += count;
        pushed.increment(count);
    }
}
