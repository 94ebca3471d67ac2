/** Statistics: pure functions of arrays, no clock, no bus. Methods and conventions are R's unless a comment says otherwise. */
@NullMarked
package dev.sinal.analytics.domain;

import org.jspecify.annotations.NullMarked;
