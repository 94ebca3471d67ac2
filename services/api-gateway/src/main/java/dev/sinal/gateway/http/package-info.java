/** What every request passes: guards, limits, bodies, parameters, problems. */
@NullMarked
package dev.sinal.gateway.http;

import org.jspecify.annotations.NullMarked;
