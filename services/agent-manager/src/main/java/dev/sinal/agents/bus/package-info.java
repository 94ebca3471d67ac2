/** Serves {@code AgentManager}, tells of changes, watches for silence. */
@NullMarked
package dev.sinal.agents.bus;

import org.jspecify.annotations.NullMarked;
