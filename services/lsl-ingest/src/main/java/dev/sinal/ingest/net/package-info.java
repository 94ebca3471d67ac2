/** Inlets and discovery: LSL as this service uses it. */
@NullMarked
package dev.sinal.ingest.net;

import org.jspecify.annotations.NullMarked;
