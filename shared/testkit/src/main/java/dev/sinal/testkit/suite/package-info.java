/** The whole suite as its users run it: real processes, one or a cluster of them, and numbered samples through all of it. */
@NullMarked
package dev.sinal.testkit.suite;

import org.jspecify.annotations.NullMarked;
