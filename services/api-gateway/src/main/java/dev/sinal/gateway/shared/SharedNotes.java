package dev.sinal.gateway.shared;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.contracts.RpcError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Short notes with an end that every gateway of a cluster sees; without a cluster this process keeps them alone. Names are kept as hashes, so whoever reads the
 * map learns no secret. Each process bounds what it has put in: beyond it its oldest notes give way everywhere. All operations fail with UNAVAILABLE when the
 * cluster does not answer in time.
 */
public final class SharedNotes {
    private static final long ANSWER_S = 5;
    /** A note costs at least this, so that bytes bound the number too. */
    private static final int LEAST_BYTES = 3_072;

    private final Vertx vertx;
    private final String name;
    private final Cache<String, Integer> mine;
    private final Counter failures;
    private final Counter evicted;
    private @Nullable Future<AsyncMap<String, String>> map;

    /**
     * @param name of the notes in the cluster
     * @param mostBytes that the notes of this process may take, about; each counts 3 KiB at least
     * @param longest that a note of this process is kept
     */
    public SharedNotes(Vertx vertx, String name, int mostBytes, Duration longest, MeterRegistry metrics) {
        this.vertx = vertx;
        this.name = name;
        this.failures = metrics.counter("sinal.gateway.shared.failures", "notes", name);
        this.evicted = metrics.counter("sinal.gateway.shared.evicted", "notes", name);
        this.mine = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .<String, Integer>weigher((key, bytes) -> Math.max(LEAST_BYTES, bytes))
                .expireAfterWrite(longest)
                .executor(Runnable::run)
                .evictionListener((key, bytes, cause) -> {
                    if (key != null) {
                        evicted.increment();
                        drop(key);
                    }
                })
                .build();
        Gauge.builder("sinal.gateway.shared.notes", mine, Cache::estimatedSize)
                .tag("notes", name)
                .register(metrics);
    }

    /** @return null when the note is now there, else the one that was there before */
    public Future<@Nullable JsonObject> putIfAbsent(String key, JsonObject note, Duration ttl) {
        String hash = hash(key);
        String text = note.encode();
        return within(map().compose(notes -> notes.putIfAbsent(hash, text, ttl.toMillis())))
                .map(before -> {
                    if (before == null) {
                        mine.put(hash, text.length());
                    }
                    return before == null ? null : new JsonObject(before);
                });
    }

    public Future<Void> put(String key, JsonObject note, Duration ttl) {
        String hash = hash(key);
        String text = note.encode();
        mine.put(hash, text.length());
        return within(map().compose(notes -> notes.put(hash, text, ttl.toMillis())));
    }

    /** Removes a note: of several who try at the same time one gets it, the others null. */
    public Future<@Nullable JsonObject> take(String key) {
        String hash = hash(key);
        mine.invalidate(hash);
        return within(map().compose(notes -> notes.remove(hash)))
                .map(note -> note == null ? null : new JsonObject(note));
    }

    private void drop(String hash) {
        within(map().compose(notes -> notes.remove(hash)));
    }

    private synchronized Future<AsyncMap<String, String>> map() {
        Future<AsyncMap<String, String>> known = map;
        if (known == null || known.failed()) {
            known = vertx.sharedData().getAsyncMap("sinal.gateway." + name);
            map = known;
        }
        return known;
    }

    private <T> Future<T> within(Future<T> answer) {
        return answer.timeout(ANSWER_S, TimeUnit.SECONDS).recover(failure -> {
            failures.increment();
            return RpcError.UNAVAILABLE.fail("the gateways of this cluster cannot agree now; try again shortly");
        });
    }

    private static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
