package dev.sinal.bench.store;

import dev.sinal.contracts.Addresses;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How the store is told to pack, or not to, and how to see what it has done. */
final class Packing {
    /** Packing is measured by itself: a store that does nothing unasked. */
    static final Map<String, String> OFF = Map.of("store.compact", "false");

    private static final long LONGEST_S = 600;

    private Packing() {}

    /** Packs whatever is stored. @return samples that were packed */
    static long now(StoreNode store) throws Exception {
        return Waits.on(store.vertx()
                .eventBus()
                .<JsonObject>request(
                        Addresses.STORE_PACK,
                        new JsonObject(),
                        new DeliveryOptions().setSendTimeout(TimeUnit.SECONDS.toMillis(LONGEST_S)))
                .map(reply -> reply.body().getLong("samples")));
    }

    /** Makes the rollups of what came packed. @return what there is, for people */
    static String rollUp(StoreNode store, TestDatabase database) throws Exception {
        long started = System.nanoTime();
        now(store);
        return BenchServer.number(database, "SELECT count(*) FROM telemetry.rollups") + " rows of rollups, made in "
                + (System.nanoTime() - started) / 1_000_000_000L + " s";
    }
}
