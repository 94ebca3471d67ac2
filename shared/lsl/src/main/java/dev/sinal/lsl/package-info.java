/**
 * The Lab Streaming Layer for Java: find streams, read them, publish them, relate their clocks.
 *
 * <p>Start with {@link dev.sinal.lsl.Lsl}.
 */
@NullMarked
package dev.sinal.lsl;

import org.jspecify.annotations.NullMarked;
