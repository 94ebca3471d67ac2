/** How any service is configured, started, clustered, measured, watched and stopped. */
@NullMarked
package dev.sinal.runtime;

import org.jspecify.annotations.NullMarked;
