/** What an agent is and how it changes: pure, synchronous, without clocks. */
@NullMarked
package dev.sinal.agents.domain;

import org.jspecify.annotations.NullMarked;
