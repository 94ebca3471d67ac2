/** The durable log: what is in here is accepted. */
@NullMarked
package dev.sinal.ingest.log;

import org.jspecify.annotations.NullMarked;
