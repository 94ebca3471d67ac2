/** Benchmarks of the chunk codecs. */
@NullMarked
package dev.sinal.bench.chunk;

import org.jspecify.annotations.NullMarked;
