/** The signals, each a pure function of seed and sample index: no clock, no network, no state that changes. */
@NullMarked
package dev.sinal.simulator.domain;

import org.jspecify.annotations.NullMarked;
