package dev.sinal.lsl.net;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;

/** Which event loop does what. */
public final class Contexts {
    private Contexts() {}

    /** An event loop of its own for sockets, so that a busy verticle does not delay them. */
    public static Context own(Vertx vertx) {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** The caller's event loop if it is on one, else one of its own. */
    public static Context callerOrOwn(Vertx vertx) {
        Context current = Vertx.currentContext();
        return current != null && current.isEventLoopContext() ? current : own(vertx);
    }

    /** Does it on that context; the result arrives on whichever context completes it. */
    public static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(go -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException bug) {
                promise.tryFail(bug);
            }
        });
        return promise.future();
    }

    /** The same result, delivered on the context that calls this. */
    public static <T> Future<T> toCaller(Future<T> future) {
        Context current = Vertx.currentContext();
        if (current == null) {
            return future;
        }
        Promise<T> promise = ((ContextInternal) current).promise();
        future.onComplete(promise);
        return promise.future();
    }
}
