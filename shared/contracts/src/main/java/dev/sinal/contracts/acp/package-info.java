/** ACP messages: {@code {"type", "payload", "timestamp"}}. */
@NullMarked
package dev.sinal.contracts.acp;

import org.jspecify.annotations.NullMarked;
