package dev.sinal.gateway.live;

import dev.sinal.gateway.auth.Principal;
import io.vertx.core.Future;

/** Who a viewer is. Both fail with UNAUTHORIZED. */
public interface LiveAuth {
    Future<Principal> verify(String token);

    /** @param ticket works once */
    Future<Principal> redeem(String ticket);
}
