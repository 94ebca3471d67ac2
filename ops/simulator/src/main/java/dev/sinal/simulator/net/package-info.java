/** LSL outlets and their pacing. */
@NullMarked
package dev.sinal.simulator.net;

import org.jspecify.annotations.NullMarked;
