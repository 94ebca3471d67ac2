/** The one door to the suite: REST, JSON-RPC, WebSocket, SSE and the dashboard. */
@NullMarked
package dev.sinal.gateway;

import org.jspecify.annotations.NullMarked;
