/** Simulated sensors as LSL streams. This package wires; {@code domain} makes the signals, {@code net} sends them on time. */
@NullMarked
package dev.sinal.simulator;

import org.jspecify.annotations.NullMarked;
