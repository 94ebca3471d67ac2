/** Agents: definitions, desired state, status. This package wires; {@code domain} decides, {@code sql} remembers, {@code bus} talks. */
@NullMarked
package dev.sinal.agents;

import org.jspecify.annotations.NullMarked;
