package dev.sinal.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Short-lived stand-ins for a token where a browser cannot send headers: {@code ?ticket=} of SSE and WebSocket. Each works once. The oldest give
 * way beyond {@link #MAX_OPEN}.
 */
public final class Tickets {
    public static final Duration LIFETIME = Duration.ofSeconds(30);
    static final int MAX_OPEN = 10_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private final Cache<String, Principal> open;

    public Tickets() {
        this(Ticker.systemTicker());
    }

    Tickets(Ticker ticker) {
        open = Caffeine.newBuilder()
                .ticker(ticker)
                .expireAfterWrite(LIFETIME)
                .maximumSize(MAX_OPEN)
                .build();
    }

    public String issue(Principal principal) {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        open.put(ticket, principal);
        return ticket;
    }

    /** The principal it was issued to, once; null for an unknown, used or expired ticket. */
    public @Nullable Principal redeem(String ticket) {
        return open.asMap().remove(ticket);
    }
}
