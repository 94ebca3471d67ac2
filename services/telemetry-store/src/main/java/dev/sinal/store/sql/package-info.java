/** The schema {@code telemetry}: one class per table or statement. */
@NullMarked
package dev.sinal.store.sql;

import org.jspecify.annotations.NullMarked;
