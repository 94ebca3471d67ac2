package dev.sinal.gateway.auth;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.shared.SharedNotes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Short-lived stand-ins for a token where a browser cannot send headers: {@code ?ticket=} of SSE and WebSocket. Each works once, at any gateway of the
 * cluster. The oldest of this gateway give way beyond {@link #MAX_OPEN}.
 */
public final class Tickets {
    public static final Duration LIFETIME = Duration.ofSeconds(30);
    static final int MAX_OPEN = 10_000;
    private static final int NOTE_BYTES = 3_072;
    private static final int MAX_CHARS = 64;

    private static final SecureRandom RANDOM = new SecureRandom();
    private final SharedNotes open;
    private final Clock clock;

    public Tickets(Vertx vertx, MeterRegistry metrics) {
        this(vertx, metrics, Clock.systemUTC());
    }

    Tickets(Vertx vertx, MeterRegistry metrics, Clock clock) {
        this.open = new SharedNotes(vertx, "tickets", MAX_OPEN * NOTE_BYTES, LIFETIME, metrics);
        this.clock = clock;
    }

    /** Fails with UNAVAILABLE when the cluster does not answer. */
    public Future<String> issue(Principal principal) {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        JsonObject note =
                toJson(principal).put("until", clock.instant().plus(LIFETIME).toEpochMilli());
        return open.put(ticket, note, LIFETIME).map(ticket);
    }

    /** The principal it was issued to, once. Fails with UNAUTHORIZED for an unknown, used or expired ticket. */
    public Future<Principal> redeem(String ticket) {
        if (ticket.isEmpty() || ticket.length() > MAX_CHARS) {
            return refused();
        }
        // The map forgets late or not at all when clocks differ, so the note itself says when it ends.
        return open.take(ticket)
                .compose(note -> note == null || note.getLong("until") < clock.millis()
                        ? refused()
                        : Future.succeededFuture(principal(note)));
    }

    private static <T> Future<T> refused() {
        return RpcError.UNAUTHORIZED.fail("the ticket is unknown, used or expired: POST /auth/ticket for another");
    }

    private static JsonObject toJson(Principal principal) {
        Set<String> agents = principal.agents();
        return new JsonObject()
                .put("subject", principal.subject())
                .put("role", principal.role())
                .put("scopes", array(principal.scopes()))
                .put("agents", agents == null ? null : array(agents))
                .put("issued", principal.issuedAt())
                .put("expires", principal.expiresAt());
    }

    private static Principal principal(JsonObject note) {
        JsonArray agents = note.getJsonArray("agents");
        return new Principal(
                note.getString("subject"),
                note.getString("role"),
                set(note.getJsonArray("scopes")),
                agents == null ? null : set(agents),
                note.getLong("issued"),
                note.getLong("expires"));
    }

    private static JsonArray array(Set<String> values) {
        JsonArray array = new JsonArray();
        values.stream().sorted().forEach(array::add);
        return array;
    }

    private static Set<String> set(@Nullable JsonArray array) {
        Set<String> values = new HashSet<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            values.add(array.getString(i));
        }
        return values;
    }
}
