/** The lsl. */
@NullMarked
package dev.sinal.lsl;

import org.jspecify.annotations.NullMarked;
