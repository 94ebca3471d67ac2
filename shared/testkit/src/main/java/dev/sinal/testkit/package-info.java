/** What tests of every module share: PostgreSQL, buses, scripted peers, the numbered-sample oracle and its checker. */
@NullMarked
package dev.sinal.testkit;

import org.jspecify.annotations.NullMarked;
