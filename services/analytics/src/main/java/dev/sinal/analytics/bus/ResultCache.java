package dev.sinal.analytics.bus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Results by id, for a while and up to so many bytes. Equal questions about equal data have equal ids, so one computation serves all who ask at the same time. */
final class ResultCache {
    private static final int UNIT = 1024;

    private final Cache<String, Outcome> cache;
    /** Bounded by what the gate lets in. */
    private final ConcurrentMap<String, Future<Outcome>> underWay = new ConcurrentHashMap<>();

    private final Counter hits;
    private final Counter misses;

    ResultCache(Duration ttl, long maxBytes, MeterRegistry metrics) {
        this.cache = Caffeine.newBuilder()
                .expireAfterWrite(ttl)
                .maximumWeight(maxBytes / UNIT)
                .weigher((String id, Outcome outcome) -> (int) Math.min(Integer.MAX_VALUE, 1 + outcome.bytes() / UNIT))
                .build();
        this.hits = metrics.counter("sinal.analytics.cache", "result", "hit");
        this.misses = metrics.counter("sinal.analytics.cache", "result", "miss");
        Gauge.builder("sinal.analytics.cache.entries", cache, Cache::estimatedSize)
                .register(metrics);
    }

    /** @param compute only when nobody has, or does. A failure is not kept */
    Future<Outcome> get(String id, Supplier<Future<Outcome>> compute) {
        Outcome kept = cache.getIfPresent(id);
        if (kept != null) {
            hits.increment();
            return Future.succeededFuture(kept);
        }
        Promise<Outcome> promise = Promise.promise();
        Future<Outcome> other = underWay.putIfAbsent(id, promise.future());
        if (other != null) {
            hits.increment();
            return other;
        }
        misses.increment();
        compute.get().onComplete(done -> {
            if (done.succeeded()) {
                cache.put(id, done.result());
            }
            underWay.remove(id);
            promise.handle(done);
        });
        return promise.future();
    }

    /** A finished result, or null. */
    @Nullable
    Outcome find(String id) {
        return cache.getIfPresent(id);
    }
}
