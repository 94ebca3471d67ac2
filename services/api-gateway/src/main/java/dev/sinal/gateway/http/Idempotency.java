package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.shared.SharedNotes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Idempotency-Key}: a repeated request gets the first one's answer and does nothing, at whichever gateway of the cluster it comes. Successes are kept
 * 24 h, at most about 10 000 of each gateway; failures are not kept, because trying them again is the point. A gateway that dies over a request leaves its
 * key taken for {@link #UNDER_WAY}.
 */
public final class Idempotency {
    private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);
    /** Longer than any request that takes a key. */
    static final Duration UNDER_WAY = Duration.ofMinutes(2);

    private static final Duration KEPT = Duration.ofHours(24);
    private static final int MAX_BYTES = 32 << 20;
    private static final int MAX_KEY_CHARS = 256;

    private final SharedNotes notes;

    public Idempotency(Vertx vertx, MeterRegistry metrics) {
        notes = new SharedNotes(vertx, "idempotency", MAX_BYTES, KEPT, metrics);
    }

    /**
     * A key and what it was given for, in a form that tells nothing about either.
     *
     * @param place SHA-256 of caller, path and key
     * @param digest SHA-256 of the body
     */
    public record Key(String place, String digest) {}

    /** For work that has a better place to remember its key. Null when the request has none. @throws HttpProblem 400 */
    public static @Nullable Key key(Call call, Buffer body) {
        String place = place(call);
        return place == null ? null : new Key(digest(Buffer.buffer(place)), digest(body));
    }

    private static @Nullable String place(Call call) {
        String key = call.header("Idempotency-Key");
        if (key != null && (key.isBlank() || key.length() > MAX_KEY_CHARS)) {
            throw HttpProblem.badRequest("Idempotency-Key must have 1 to " + MAX_KEY_CHARS + " characters");
        }
        return key == null
                ? null
                : String.join(
                        "\n", call.principal().subject(), call.ctx().request().path(), key);
    }

    /** @param body of the request: the same key with another body is refused */
    public Future<Answer> once(Call call, Buffer body, Supplier<Future<Answer>> work) {
        String place = place(call);
        if (place == null) {
            return work.get();
        }
        JsonObject mark = new JsonObject().put("digest", digest(body));
        return notes.putIfAbsent(place, mark, UNDER_WAY)
                .compose(before -> before == null ? first(place, mark, work) : repeat(before, mark));
    }

    private Future<Answer> first(String place, JsonObject mark, Supplier<Future<Answer>> work) {
        Future<Answer> answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.transform(done -> done.succeeded()
                ? keep(place, mark, done.result())
                : notes.take(place).transform(freed -> Future.failedFuture(done.cause())));
    }

    /** The work is done: that it cannot be noted is no reason to say otherwise. */
    private Future<Answer> keep(String place, JsonObject mark, Answer answer) {
        return notes.put(place, mark.put("answer", toJson(answer)), KEPT).transform(kept -> {
            if (kept.failed()) {
                LOG.warn("idempotency key not kept reason={}", kept.cause().toString());
            }
            return Future.succeededFuture(answer);
        });
    }

    private static Future<Answer> repeat(JsonObject before, JsonObject mark) {
        if (!mark.getString("digest").equals(before.getString("digest"))) {
            return Future.failedFuture(RpcError.impossible(
                    "idempotency_key_reused", "this Idempotency-Key was used with another body; take a new one"));
        }
        JsonObject answer = before.getJsonObject("answer");
        if (answer == null) {
            return RpcError.CONFLICT.fail("the first request with this Idempotency-Key is still under way");
        }
        return Future.succeededFuture(answer(answer).with("Idempotent-Replayed", "true"));
    }

    private static JsonObject toJson(Answer answer) {
        JsonObject headers = new JsonObject();
        answer.headers().forEach(headers::put);
        return new JsonObject()
                .put("status", answer.status())
                .put("type", answer.contentType())
                .put("body", answer.body())
                .put("headers", headers);
    }

    private static Answer answer(JsonObject kept) {
        Map<String, String> headers = new LinkedHashMap<>();
        kept.getJsonObject("headers")
                .forEach(header -> headers.put(header.getKey(), String.valueOf(header.getValue())));
        return new Answer(kept.getInteger("status"), kept.getString("type"), kept.getBuffer("body"), headers);
    }

    private static String digest(Buffer body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
