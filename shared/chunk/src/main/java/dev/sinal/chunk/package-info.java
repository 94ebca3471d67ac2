/** The chunk. */
@NullMarked
package dev.sinal.chunk;

import org.jspecify.annotations.NullMarked;
