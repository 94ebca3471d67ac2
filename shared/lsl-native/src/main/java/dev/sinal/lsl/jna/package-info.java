/** The interfaces of {@link dev.sinal.lsl} over the native library. */
@NullMarked
package dev.sinal.lsl.jna;

import org.jspecify.annotations.NullMarked;
