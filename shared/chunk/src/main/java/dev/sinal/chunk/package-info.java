/** The chunk: consecutive samples of one epoch in one binary block, with its codecs. JDK only, no I/O. */
@NullMarked
package dev.sinal.chunk;

import org.jspecify.annotations.NullMarked;
