/** What analytics says on the bus: reads templates, fetches values, answers in the public shapes. */
@NullMarked
package dev.sinal.analytics.bus;

import org.jspecify.annotations.NullMarked;
