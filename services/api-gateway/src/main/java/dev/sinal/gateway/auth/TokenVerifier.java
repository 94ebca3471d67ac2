package dev.sinal.gateway.auth;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verifies bearer tokens. Whatever is wrong with one, the answer is the same UNAUTHORIZED: no hints for guessing. */
public final class TokenVerifier {
    public static final int LEEWAY_S = 30;
    static final int MAX_SUBJECT = 128;
    private static final int MAX_TOKEN_CHARS = 8_192;
    private static final int MAX_AGENTS = 1_000;

    private final TokenKeys keys;
    private final Clock clock;
    private final KnownTokens known = new KnownTokens();

    /** @throws IllegalStateException when the keys would believe an unsigned token */
    public TokenVerifier(TokenKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        refuseWhenUnsignedPasses();
    }

    public Future<Principal> verify(String token) {
        try {
            JsonObject good = known.of(token);
            if (good != null) {
                return Future.succeededFuture(stillGood(token, good));
            }
            JsonObject claims = checkShape(token);
            return keys.provider()
                    .authenticate(new TokenCredentials(token))
                    .map(user -> {
                        Principal principal = principal(claims);
                        known.put(token, claims);
                        return principal;
                    })
                    .recover(failure -> refused());
        } catch (RuntimeException e) {
            return refused();
        }
    }

    /** Tokens whose signature need not be checked again. */
    public long known() {
        return known.size();
    }

    /** What depends on the time is looked at each time; a token that is over is not remembered. */
    private Principal stillGood(String token, JsonObject claims) {
        try {
            return principal(claims);
        } catch (RuntimeException over) {
            known.forget(token);
            throw over;
        }
    }

    private static <T> Future<T> refused() {
        return Future.failedFuture(unauthorized());
    }

    static RuntimeException unauthorized() {
        return RpcError.UNAUTHORIZED.exception(
                "the token is missing, expired or not valid here: send 'Authorization: Bearer <token>'");
    }

    /** Checks header and size before any cryptography; returns the claims, which are not to be believed yet. */
    private JsonObject checkShape(String token) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > MAX_TOKEN_CHARS || parts.length != 3 || parts[2].isEmpty()) {
            throw unauthorized();
        }
        JsonObject header = part(parts[0]);
        Object type = header.getValue("typ");
        boolean knownType = type == null || "JWT".equalsIgnoreCase(String.valueOf(type));
        if (!knownType
                || header.containsKey("crit")
                || !(header.getValue("alg") instanceof String alg)
                || !keys.allows(header.getValue("kid") instanceof String kid ? kid : null, alg)) {
            throw unauthorized();
        }
        return part(parts[1]);
    }

    private static JsonObject part(String encoded) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
    }

    private Principal principal(JsonObject claims) {
        long now = clock.instant().getEpochSecond();
        long issued = seconds(claims, "iat");
        long expires = seconds(claims, "exp");
        boolean early =
                issued > now + LEEWAY_S || (claims.containsKey("nbf") && seconds(claims, "nbf") > now + LEEWAY_S);
        boolean tooLong = keys.persistent() && expires - issued > TokenKeys.MAX_LIFETIME.toSeconds();
        if (early || tooLong || expires <= issued || now > expires + LEEWAY_S) {
            throw unauthorized();
        }
        if (!(claims.getValue("sub") instanceof String subject)
                || subject.isBlank()
                || subject.length() > MAX_SUBJECT
                || !keys.issuer().equals(claims.getValue("iss"))) {
            throw unauthorized();
        }
        String role = claims.getValue("role") instanceof String named ? named : null;
        if (role == null && !(claims.getValue("scope") instanceof String)) {
            throw unauthorized();
        }
        return new Principal(subject, role, scopes(claims, role), agents(claims), issued, expires);
    }

    private static Set<String> scopes(JsonObject claims, @Nullable String role) {
        Set<String> scopes = new HashSet<>(role == null ? Set.of() : Scopes.ofRoles(List.of(role.split(" "))));
        if (claims.getValue("scope") instanceof String text) {
            for (String scope : text.split(" ")) {
                if (Scopes.ALL.contains(scope)) {
                    scopes.add(scope);
                }
            }
        }
        return scopes;
    }

    private static @Nullable Set<String> agents(JsonObject claims) {
        if (!claims.containsKey("agents")) {
            return null;
        }
        if (!(claims.getValue("agents") instanceof JsonArray array) || array.size() > MAX_AGENTS) {
            throw unauthorized();
        }
        List<?> values = array.getList();
        if (!values.stream().allMatch(String.class::isInstance)) {
            throw unauthorized();
        }
        return new HashSet<>(values.stream().map(String.class::cast).toList());
    }

    private static long seconds(JsonObject claims, String name) {
        if (claims.getValue(name) instanceof Number number) {
            return number.longValue();
        }
        throw unauthorized();
    }

    private void refuseWhenUnsignedPasses() {
        long now = clock.instant().getEpochSecond();
        String header = encode("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        String claims = encode("{\"sub\":\"x\",\"iss\":\"" + keys.issuer() + "\",\"role\":\"admin\",\"iat\":" + now
                + ",\"exp\":" + (now + 60) + "}");
        Future<?> unsigned = keys.provider().authenticate(new TokenCredentials(header + "." + claims + "."));
        if (unsigned.succeeded()) {
            throw new IllegalStateException("the key set believes unsigned tokens");
        }
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
