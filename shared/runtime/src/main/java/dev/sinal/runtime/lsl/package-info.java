/** The {@code lsl.*} settings, for every module that speaks LSL. */
@NullMarked
package dev.sinal.runtime.lsl;

import org.jspecify.annotations.NullMarked;
