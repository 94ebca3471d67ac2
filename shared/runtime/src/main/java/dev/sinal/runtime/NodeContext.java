package dev.sinal.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * What a module is given.
 *
 * @param nodeId unique on the bus, part of addresses; new at every start
 * @param nodeName shown to people, stable
 * @param dataDir folder of this node; exists, 0700
 */
public record NodeContext(
        Vertx vertx, String nodeId, String nodeName, Path dataDir, MeterRegistry metrics, Health health) {}
