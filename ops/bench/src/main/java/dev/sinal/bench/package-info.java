/** Benchmarks of whole paths. */
@NullMarked
package dev.sinal.bench;

import org.jspecify.annotations.NullMarked;
