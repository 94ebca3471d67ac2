/** What can be made of stamps: moved to the local clock, smoothed, kept from going back, and judged. JDK only, no I/O, no clock. */
@NullMarked
package dev.sinal.lsl.post;

import org.jspecify.annotations.NullMarked;
