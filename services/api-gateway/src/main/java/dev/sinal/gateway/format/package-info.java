/** Rows as text and bytes. */
@NullMarked
package dev.sinal.gateway.format;

import org.jspecify.annotations.NullMarked;
