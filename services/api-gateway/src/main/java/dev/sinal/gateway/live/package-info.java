/** Samples and events as they happen: one feed per watched agent, messages made once and shared by everybody who watches the same. */
@NullMarked
package dev.sinal.gateway.live;

import org.jspecify.annotations.NullMarked;
