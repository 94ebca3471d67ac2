/** How fast values become text: against Jackson and the JDK in the same run. */
@NullMarked
package dev.sinal.bench.format;

import org.jspecify.annotations.NullMarked;
