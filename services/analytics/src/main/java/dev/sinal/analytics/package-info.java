/** The analytics service: wiring, settings, life cycle. */
@NullMarked
package dev.sinal.analytics;

import org.jspecify.annotations.NullMarked;
