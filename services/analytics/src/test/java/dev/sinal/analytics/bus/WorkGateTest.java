package dev.sinal.analytics.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkGateTest {
    private final WorkGate gate = new WorkGate(1, 1);

    @Test
    void oneRunsOneWaitsTheThirdIsRefused() {
        Promise<String> first = Promise.promise();
        List<String> started = new ArrayList<>();
        Future<String> running = gate.submit(first::future);
        Future<String> waiting = gate.submit(() -> {
            started.add("second");
            return Future.succeededFuture("b");
        });
        Future<String> refused = gate.submit(() -> Future.succeededFuture("c"));

        assertThat(refused.failed()).isTrue();
        assertThat(((ServiceException) refused.cause()).failureCode()).isEqualTo(RpcError.UNAVAILABLE.code());
        assertThat(started).isEmpty();
        first.fail("broken");
        assertThat(running.failed()).isTrue();
        assertThat(waiting.result()).isEqualTo("b");
        assertThat(gate.active()).isZero();
        assertThat(gate.queued()).isZero();
    }

    @Test
    void workThatThrowsGivesItsPlaceBack() {
        Future<String> thrown = gate.submit(() -> {
            throw new IllegalStateException("no");
        });

        assertThat(thrown.cause()).hasMessage("no");
        assertThat(gate.active()).isZero();
    }
}
