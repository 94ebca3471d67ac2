package dev.sinal.bench.store;

import dev.sinal.contracts.Addresses;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How the store is told to pack, or not to, and how to see what it has done. */
final class Packing {
    /** Packing is measured by itself: a store that does nothing unasked. */
    static final Map<String, String> OFF = Map.of("store.compact", "false");

    private static final long LONGEST_S = 115;
    private static final long PATIENCE_S = 5;

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

    /** Waits until the rollups of a stream do not grow any more. @return what there is, for people */
    static String awaitRollups(TestDatabase database, String stream) throws SQLException, InterruptedException {
        if (BenchServer.number(
                        database,
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'telemetry' AND tablename = 'rollups'")
                == 0) {
            return "this store makes no rollups yet: plots decode what they show";
        }
        long started = System.nanoTime();
        long changed = started;
        long rows = 0;
        while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(LONGEST_S)
                && System.nanoTime() - changed < TimeUnit.SECONDS.toNanos(PATIENCE_S)) {
            long now = BenchServer.number(
                    database, "SELECT count(*) FROM telemetry.rollups WHERE stream_id = '" + stream + "'");
            if (now != rows) {
                rows = now;
                changed = System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return rows + " rows of rollups, complete after " + (changed - started) / 1_000_000_000L + " s";
    }
}
