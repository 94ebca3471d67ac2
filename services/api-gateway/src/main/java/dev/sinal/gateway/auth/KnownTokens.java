package dev.sinal.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The claims of tokens whose signature was found good with the keys of this process, which never change: checking it again would come out the same. Whatever depends on
 * the time is not remembered: who asks looks at it each time. Tokens themselves are not held, only their SHA-256. Any thread.
 */
final class KnownTokens {
    /** Of all claims together, written as JSON; beyond, those that nobody showed lately are forgotten. */
    static final int MOST_CHARS = 4 << 20;

    private static final Duration UNUSED = Duration.ofMinutes(10);

    private final Cache<ByteBuffer, JsonObject> claims;

    KnownTokens() {
        this(MOST_CHARS);
    }

    KnownTokens(int mostChars) {
        claims = Caffeine.newBuilder()
                .maximumWeight(mostChars)
                .weigher((ByteBuffer hash, JsonObject said) ->
                        hash.capacity() + said.encode().length())
                .expireAfterAccess(UNUSED)
                .build();
    }

    /** @return null when the signature has to be checked */
    @Nullable
    JsonObject of(String token) {
        return claims.getIfPresent(hash(token));
    }

    /** Its signature is good. */
    void put(String token, JsonObject said) {
        claims.put(hash(token), said);
    }

    void forget(String token) {
        claims.invalidate(hash(token));
    }

    /** Remembered now. */
    long size() {
        claims.cleanUp();
        return claims.estimatedSize();
    }

    private static ByteBuffer hash(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)))
                    .asReadOnlyBuffer();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
