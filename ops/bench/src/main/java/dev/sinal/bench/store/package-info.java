/** The store's figures: ingest, disk, reads, plots and the gateway, beside peers of the same run. */
@NullMarked
package dev.sinal.bench.store;

import org.jspecify.annotations.NullMarked;
