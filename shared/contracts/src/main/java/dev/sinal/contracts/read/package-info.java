/** Reading samples: the reader pulls frames of chunks and merges them into rows. */
@NullMarked
package dev.sinal.contracts.read;

import org.jspecify.annotations.NullMarked;
