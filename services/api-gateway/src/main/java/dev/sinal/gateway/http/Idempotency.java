package dev.sinal.gateway.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code Idempotency-Key}: a repeated request gets the first one's answer and does nothing. Successes are kept 24 h, at most 10 000 of this
 * process; failures are not kept, because trying them again is the point.
 */
public final class Idempotency {
    private static final int MAX_KEYS = 10_000;
    private static final int MAX_KEY_CHARS = 256;

    private final Cache<String, Entry> entries = Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            .expireAfterWrite(Duration.ofHours(24))
            .build();

    @SuppressWarnings("ArrayRecordComponent") // compared by content, below
    private record Entry(byte[] digest, Future<Answer> answer) {}

    /** @param body of the request: the same key with another body is refused */
    public Future<Answer> once(Call call, Buffer body, Supplier<Future<Answer>> work) {
        String key = call.header("Idempotency-Key");
        if (key == null) {
            return work.get();
        }
        if (key.isBlank() || key.length() > MAX_KEY_CHARS) {
            return Future.failedFuture(
                    HttpProblem.badRequest("Idempotency-Key must have 1 to " + MAX_KEY_CHARS + " characters"));
        }
        String place = String.join(
                "\n", call.principal().subject(), call.ctx().request().path(), key);
        byte[] digest = digest(body);
        Promise<Answer> promise = Promise.promise();
        @Nullable Entry before = entries.asMap().putIfAbsent(place, new Entry(digest, promise.future()));
        if (before != null) {
            return repeat(before, digest);
        }
        Future<Answer> answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.onComplete(done -> {
            if (done.failed()) {
                entries.invalidate(place);
            }
            promise.handle(done);
        });
    }

    private static Future<Answer> repeat(Entry before, byte[] digest) {
        if (!Arrays.equals(before.digest(), digest)) {
            return Future.failedFuture(RpcError.impossible(
                    "idempotency_key_reused", "this Idempotency-Key was used with another body; take a new one"));
        }
        if (!before.answer().isComplete()) {
            return RpcError.CONFLICT.fail("the first request with this Idempotency-Key is still under way");
        }
        return before.answer().map(answer -> answer.with("Idempotent-Replayed", "true"));
    }

    private static byte[] digest(Buffer body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body.getBytes());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
