package dev.sinal.ingest;

import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogRefused;
import dev.sinal.ingest.log.LogUse;
import dev.sinal.ingest.net.BlockEncoder;
import dev.sinal.runtime.Health;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how full the log is: metrics, health, and an alarm at 50, 80 and 95 %. */
final class LogWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LogWatch.class);
    private static final int[] ALARMS = {50, 80, 95};
    private static final String PART = "lsl-ingest";

    private final Vertx vertx;
    private final DurableLog log;
    private final Health health;
    private final long timer;
    private int told;

    LogWatch(Vertx vertx, DurableLog log, BlockEncoder encoder, MeterRegistry metrics, Health health) {
        this.vertx = vertx;
        this.log = log;
        this.health = health;
        Gauge.builder("sinal.ingest.log.bytes", log, l -> l.use().bytes()).register(metrics);
        Gauge.builder("sinal.ingest.log.limit", log, l -> l.use().limit())
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder("sinal.ingest.log.fraction", log, l -> l.use().fraction()).register(metrics);
        Gauge.builder("sinal.ingest.log.rows", log, l -> l.use().chunks())
                .tag("kind", "chunk")
                .register(metrics);
        Gauge.builder("sinal.ingest.log.rows", log, l -> l.use().notes())
                .tag("kind", "note")
                .register(metrics);
        Gauge.builder("sinal.ingest.log.queue", log, DurableLog::queuedBytes)
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder("sinal.ingest.encode.queue", encoder, BlockEncoder::waitingBytes)
                .baseUnit("bytes")
                .register(metrics);
        for (LogRefused.Reason reason : LogRefused.Reason.values()) {
            FunctionCounter.builder("sinal.ingest.log.refused", log, l -> l.refused(reason))
                    .description("chunks that the log did not take")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
        FunctionCounter.builder("sinal.ingest.log.notes.dropped", log, DurableLog::droppedNotes)
                .description("clock probes that found no room")
                .register(metrics);
        health.register(PART, this::status);
        timer = vertx.setPeriodic(1_000, ignored -> look());
    }

    private Health.Status status() {
        LogUse use = log.use();
        if (use.fraction() >= 0.95) {
            return Health.Status.notReady(
                    use.volumeLow() ? "the volume of the log is full" : "the log is " + percent(use) + " % full");
        }
        return Health.Status.ok();
    }

    private static int percent(LogUse use) {
        return (int) Math.floor(use.fraction() * 100);
    }

    private void look() {
        LogUse use = log.use();
        int level = 0;
        for (int alarm : ALARMS) {
            level = percent(use) >= alarm ? alarm : level;
        }
        if (level > told) {
            LOG.warn(
                    "the log fills up percent={} bytes={} limit={} chunks={} volume_low={}",
                    level,
                    use.bytes(),
                    use.limit(),
                    use.chunks(),
                    use.volumeLow());
            told = level;
        } else if (percent(use) < told - 5) {
            LOG.info("the log empties percent={}", percent(use));
            told = level;
        }
    }

    Future<Void> close() {
        vertx.cancelTimer(timer);
        health.unregister(PART);
        return Future.succeededFuture();
    }
}
