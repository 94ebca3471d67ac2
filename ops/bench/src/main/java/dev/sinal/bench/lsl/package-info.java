/** The Java LSL beside the native library: processor time, latency, loss and allocation, ratios within one run. */
@NullMarked
package dev.sinal.bench.lsl;

import org.jspecify.annotations.NullMarked;
