/** Who is asking and what they may do: signing keys, tokens, tickets, scopes. Deny by default. */
@NullMarked
package dev.sinal.gateway.auth;

import org.jspecify.annotations.NullMarked;
