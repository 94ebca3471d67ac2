/** Samples pushed by external agents, and stored samples read back. */
@NullMarked
package dev.sinal.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
