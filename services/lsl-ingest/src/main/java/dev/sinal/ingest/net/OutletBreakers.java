package dev.sinal.ingest.net;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The breakers of this node: counted, and bounded. A stream beyond the bound relies on its inlet's own pauses. */
final class OutletBreakers {
    private static final int MOST = 2_048;

    private final Set<OutletBreaker> breakers = ConcurrentHashMap.newKeySet();
    private final Counter opened;

    OutletBreakers(MeterRegistry metrics) {
        opened = metrics.counter("sinal.ingest.outlet.breaker.opened");
        for (String state : new String[] {"closed", "half_open", "open"}) {
            Gauge.builder("sinal.ingest.outlet.breakers", this, all -> all.count(state))
                    .tag("state", state)
                    .register(metrics);
        }
    }

    private long count(String state) {
        return breakers.stream()
                .filter(breaker -> breaker.state().equals(state))
                .count();
    }

    boolean enter(OutletBreaker breaker) {
        return breakers.size() < MOST && breakers.add(breaker);
    }

    void leave(OutletBreaker breaker) {
        breakers.remove(breaker);
    }

    void opened() {
        opened.increment();
    }
}
