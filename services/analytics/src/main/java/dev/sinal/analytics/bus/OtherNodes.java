package dev.sinal.analytics.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.Analytics;
import dev.sinal.runtime.Proxies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** Results that other analytics nodes keep. */
final class OtherNodes {
    /** Below the time that who asked us waits. */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final Vertx vertx;

    OtherNodes(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @param gone failure when the keeper is not there any more, and its results with it */
    Future<JsonObject> ask(
            String keeper, Function<Analytics, Future<JsonObject>> question, Supplier<? extends Throwable> gone) {
        Analytics other = Proxies.of(vertx, Analytics.class, Addresses.analyticsResults(keeper), TIMEOUT);
        return question.apply(other)
                .recover(failure -> Future.failedFuture(
                        failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS
                                ? gone.get()
                                : failure));
    }
}
