package dev.sinal.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.VisibleStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NetworkLookTest {
    private final List<Promise<List<VisibleStream>>> looks = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final NetworkLook look = new NetworkLook(
            () -> {
                looks.add(Promise.promise());
                return looks.get(looks.size() - 1).future();
            },
            nanos::get);

    @Test
    void allWhoAskWhileOneLooksShareTheLook() {
        Future<List<VisibleStream>> first = look.get();
        nanos.addAndGet(NetworkLook.FRESH.toNanos() * 5);

        assertThat(look.get()).isSameAs(first);
        assertThat(looks).hasSize(1);
    }

    @Test
    void itIsLookedAgainWhenTheLookIsOld() {
        look.get();
        looks.get(0).complete(List.of());
        nanos.addAndGet(NetworkLook.FRESH.toNanos() - 1);
        look.get();
        assertThat(looks).hasSize(1);

        nanos.incrementAndGet();
        look.get();
        assertThat(looks).hasSize(2);
    }

    @Test
    void aFailureIsNotKept() {
        look.get();
        looks.get(0).fail("nobody there");
        assertThat(look.get().isComplete()).isFalse();
        assertThat(looks).hasSize(2);
    }
}
