package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Table;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A finished analysis.
 *
 * @param answer as the public shape has it; not changed any more
 * @param data the values behind it; null when there are none, or they are too large to keep
 * @param secondsColumn whether the CSV has the seconds since the first row
 * @param bytes what it weighs in memory, about
 */
record Outcome(JsonObject answer, @Nullable Table data, boolean secondsColumn, long bytes) {}
