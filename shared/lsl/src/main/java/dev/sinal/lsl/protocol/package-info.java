/** Bytes to values and back: the LSL protocol 1.10 without sockets, threads or clocks. JDK only. */
@NullMarked
package dev.sinal.lsl.protocol;

import org.jspecify.annotations.NullMarked;
