/** The rows of schema {@code agents}. */
@NullMarked
package dev.sinal.agents.sql;

import org.jspecify.annotations.NullMarked;
