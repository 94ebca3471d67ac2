/** The LSL protocol on Vert.x sockets. */
@NullMarked
package dev.sinal.lsl.net;

import org.jspecify.annotations.NullMarked;
