/** What the gateways of a cluster have to know together. */
@NullMarked
package dev.sinal.gateway.shared;

import org.jspecify.annotations.NullMarked;
