package dev.sinal.ingest.net;

import dev.sinal.ingest.bus.Events;
import dev.sinal.ingest.bus.StoreLane;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.lsl.Lsl;
import dev.sinal.runtime.live.WatchedTelemetry;
import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/** What every collector of this node uses. @param node its name, as people see it */
public record Tools(
        Vertx vertx,
        String node,
        Lsl lsl,
        DurableLog log,
        StoreLane lane,
        Events events,
        WatchedTelemetry watched,
        BlockEncoder encoder,
        IngestStats stats,
        RandomGenerator random) {}
