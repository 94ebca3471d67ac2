/** Samples as ACP messages: made from live frames, received by anybody's service. */
@NullMarked
package dev.sinal.contracts.live;

import org.jspecify.annotations.NullMarked;
