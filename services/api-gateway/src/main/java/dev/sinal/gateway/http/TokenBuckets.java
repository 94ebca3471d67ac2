package dev.sinal.gateway.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** A token bucket per key. At most 10 000 keys are remembered; a forgotten one starts full again. */
public final class TokenBuckets {
    private static final int MAX_KEYS = 10_000;
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final Ticker ticker;
    private final Cache<String, Bucket> buckets;

    public TokenBuckets(double perSecond, double burst) {
        this(perSecond, burst, Ticker.systemTicker());
    }

    TokenBuckets(double perSecond, double burst, Ticker ticker) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.ticker = ticker;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAX_KEYS)
                .expireAfterAccess(Duration.ofMinutes(10))
                .build();
    }

    /** Takes one. @return 0, or the seconds until one is there */
    public double take(String key) {
        Bucket bucket = buckets.get(key, k -> new Bucket(burst, ticker.read()));
        return bucket.take();
    }

    private final class Bucket {
        private double tokens;
        private long at;

        Bucket(double tokens, long at) {
            this.tokens = tokens;
            this.at = at;
        }

        synchronized double take() {
            long now = ticker.read();
            tokens = Math.min(burst, tokens + (now - at) / NANOS * perSecond);
            at = now;
            if (tokens >= 1) {
                tokens -= 1;
                return 0;
            }
            return (1 - tokens) / perSecond;
        }
    }
}
