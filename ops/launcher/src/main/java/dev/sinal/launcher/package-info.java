/** The command people type. Decides which modules run and where their data are; knows nothing of samples. */
@NullMarked
package dev.sinal.launcher;

import org.jspecify.annotations.NullMarked;
