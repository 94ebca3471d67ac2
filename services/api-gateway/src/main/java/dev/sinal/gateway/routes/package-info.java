/** The public operations, one class per subject; each knows its scope and parameters. */
@NullMarked
package dev.sinal.gateway.routes;

import org.jspecify.annotations.NullMarked;
