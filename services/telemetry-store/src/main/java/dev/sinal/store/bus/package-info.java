/** The store's side of the bus: store lane, notes, external writes, reads and calls. */
@NullMarked
package dev.sinal.store.bus;

import org.jspecify.annotations.NullMarked;
