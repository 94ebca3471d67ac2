/** Leases: which node owns which agent, on the database clock. */
@NullMarked
package dev.sinal.ingest.sql;

import org.jspecify.annotations.NullMarked;
