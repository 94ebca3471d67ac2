package dev.sinal.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.TestBus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TicketsTest {
    private static final Principal ADA =
            new Principal("ada", "viewer", Set.of("stream:live", "stream:read"), Set.of("headset"), 1_000, 2_000);
    private static final Principal BOB = new Principal("bob", null, Set.of("stream:live"), null, 1_000, 2_000);

    private static final class Hand extends Clock {
        private Instant now = Instant.parse("2026-01-02T03:04:05Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @ParameterizedTest
    @EnumSource(BusKind.class)
    void aTicketOfOneGatewayWorksOnceAtAnother(BusKind kind) {
        try (TestBus bus = kind.open()) {
            Tickets a = new Tickets(bus.server(), new SimpleMeterRegistry());
            Tickets b = new Tickets(bus.client(), new SimpleMeterRegistry());
            String ticket = TestBus.await(a.issue(ADA));
            String other = TestBus.await(b.issue(BOB));

            assertThat(TestBus.await(b.redeem(ticket))).isEqualTo(ADA);
            assertThat(TestBus.await(a.redeem(other))).isEqualTo(BOB);

            for (Tickets gateway : List.of(a, b)) {
                assertThatThrownBy(() -> TestBus.await(gateway.redeem(ticket)))
                        .hasStackTraceContaining("ticket is unknown");
                assertThatThrownBy(() -> TestBus.await(gateway.redeem(other)))
                        .hasStackTraceContaining("ticket is unknown");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BusKind.class)
    void ofManyWhoTryAtTheSameTimeOneGetsIn(BusKind kind) {
        try (TestBus bus = kind.open()) {
            Tickets a = new Tickets(bus.server(), new SimpleMeterRegistry());
            Tickets b = new Tickets(bus.client(), new SimpleMeterRegistry());
            String ticket = TestBus.await(a.issue(ADA));
            List<Future<Principal>> tries = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                tries.add((i % 2 == 0 ? a : b).redeem(ticket));
            }

            TestBus.await(Future.join(tries).otherwiseEmpty());

            assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        }
    }

    @Test
    void aTicketLastsHalfAMinute() {
        try (TestBus bus = BusKind.LOCAL.open()) {
            Hand clock = new Hand();
            Tickets tickets = new Tickets(bus.server(), new SimpleMeterRegistry(), clock);
            String ticket = TestBus.await(tickets.issue(ADA));
            String late = TestBus.await(tickets.issue(ADA));

            clock.now = clock.now.plus(Duration.ofSeconds(29));
            assertThat(TestBus.await(tickets.redeem(ticket))).isEqualTo(ADA);
            clock.now = clock.now.plus(Duration.ofSeconds(2));
            assertThatThrownBy(() -> TestBus.await(tickets.redeem(late))).hasStackTraceContaining("expired");
        }
    }

    @Test
    void theOldestTicketsGiveWay() {
        try (TestBus bus = BusKind.LOCAL.open()) {
            SimpleMeterRegistry metrics = new SimpleMeterRegistry();
            Tickets tickets = new Tickets(bus.server(), metrics);
            List<Future<String>> issued = new ArrayList<>();
            for (int i = 0; i < Tickets.MAX_OPEN + 500; i++) {
                issued.add(tickets.issue(ADA));
            }
            TestBus.await(Future.join(issued));

            assertThat(metrics.get("sinal.gateway.shared.notes").gauge().value())
                    .isLessThanOrEqualTo(Tickets.MAX_OPEN);
            assertThat(metrics.get("sinal.gateway.shared.evicted").counter().count())
                    .isEqualTo(500);
        }
    }
}
