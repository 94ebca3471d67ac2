/** What the store decides, without bus, database or clock. */
@NullMarked
package dev.sinal.store.domain;

import org.jspecify.annotations.NullMarked;
