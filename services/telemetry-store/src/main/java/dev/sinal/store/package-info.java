/** Stores every sample in PostgreSQL and reads it back: wiring, settings and life cycle. */
@NullMarked
package dev.sinal.store;

import org.jspecify.annotations.NullMarked;
