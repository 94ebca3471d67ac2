/** What collecting means: time, numbering, chunks, gaps, binding. Synchronous and deterministic; knows no clock but what it is told. */
@NullMarked
package dev.sinal.ingest.domain;

import org.jspecify.annotations.NullMarked;
