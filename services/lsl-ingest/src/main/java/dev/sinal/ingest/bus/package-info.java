/** What goes over the event bus: the store lane, the live lane, agents and their reports. */
@NullMarked
package dev.sinal.ingest.bus;

import org.jspecify.annotations.NullMarked;
