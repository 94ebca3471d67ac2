/** How every service reaches PostgreSQL: one URI, named pools with bounds, migrations of its own schema. */
@NullMarked
package dev.sinal.runtime.sql;

import org.jspecify.annotations.NullMarked;
