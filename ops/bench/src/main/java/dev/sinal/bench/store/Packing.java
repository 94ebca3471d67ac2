package dev.sinal.bench.store;

import java.util.Map;

/** How the store is told to pack, or not to. */
final class Packing {
    /** While ingest alone is measured; packing is measured by itself. */
    static final Map<String, String> OFF = Map.of();

    private Packing() {}
}
