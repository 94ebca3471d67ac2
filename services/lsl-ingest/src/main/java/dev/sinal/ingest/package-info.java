/** Reads LSL streams, logs them durably and sends them to the store and to live readers. */
@NullMarked
package dev.sinal.ingest;

import org.jspecify.annotations.NullMarked;
