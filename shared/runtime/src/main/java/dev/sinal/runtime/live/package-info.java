/** The publishing side of declared interest: samples as ACP messages for whoever watches. */
@NullMarked
package dev.sinal.runtime.live;

import org.jspecify.annotations.NullMarked;
