package dev.sinal.gateway.routes;

import dev.sinal.contracts.VisibleStream;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is on the network, looked at once for all who ask within a second: every look is a multicast that each outlet of the lab answers. A look that failed is
 * not kept. Used from one context.
 */
final class NetworkLook {
    static final Duration FRESH = Duration.ofSeconds(1);

    private final Supplier<Future<List<VisibleStream>>> look;
    private final LongSupplier nanos;
    private @Nullable Taken last;

    /** @param nanos a clock that never goes back */
    NetworkLook(Supplier<Future<List<VisibleStream>>> look, LongSupplier nanos) {
        this.look = look;
        this.nanos = nanos;
    }

    private record Taken(long at, Future<List<VisibleStream>> found) {}

    Future<List<VisibleStream>> get() {
        long now = nanos.getAsLong();
        Taken taken = last;
        if (taken != null && !taken.found.failed() && (!taken.found.isComplete() || now - taken.at < FRESH.toNanos())) {
            return taken.found;
        }
        Taken fresh = new Taken(now, look.get());
        last = fresh;
        return fresh.found;
    }
}
