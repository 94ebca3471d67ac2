/** JSON-RPC 2.0: the same operations as the routes. */
@NullMarked
package dev.sinal.gateway.rpc;

import org.jspecify.annotations.NullMarked;
