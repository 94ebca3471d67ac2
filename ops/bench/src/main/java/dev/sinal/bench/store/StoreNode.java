package dev.sinal.bench.store;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.store.TelemetryStoreModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The real store on a bus of this JVM. */
final class StoreNode implements AutoCloseable {
    static final String ID = "bench";

    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final Running running;

    /** @param settings keys {@code store.*} */
    StoreNode(String databaseUri, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(settings);
        all.put("database.uri", databaseUri);
        running = Waits.on(new TelemetryStoreModule()
                .configure(Settings.of(all))
                .start(new NodeContext(vertx, ID, ID, Path.of("."), metrics, new Health())));
        // A store starts without its database, too; nothing could be measured then.
        Waits.on(service().streams(null));
    }

    Vertx vertx() {
        return vertx;
    }

    TelemetryStore service() {
        return Proxies.of(vertx, TelemetryStore.class, Addresses.STORE);
    }

    ReadClient reader() {
        return new ReadClient(vertx);
    }

    /** Statements that stored samples so far. */
    long statements() {
        Timer commits = metrics.find("sinal.store.commit").timer();
        return commits == null ? 0 : commits.count();
    }

    /** Sum of a counter or gauge, whatever its tags; NaN where there is none. */
    double metric(String name) {
        return metrics.find(name).meters().stream()
                .flatMap(meter -> java.util.stream.StreamSupport.stream(
                                meter.measure().spliterator(), false)
                        .limit(1))
                .mapToDouble(measured -> measured.getValue())
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }

    @Override
    public void close() throws Exception {
        Waits.on(running.stop());
        Waits.on(vertx.close());
    }
}
