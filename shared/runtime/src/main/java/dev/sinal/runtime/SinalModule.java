package dev.sinal.runtime;

import io.vertx.core.Future;

/** One service as the node sees it. The same modules run in one JVM or in many. */
public interface SinalModule {
    /** As in {@code ./sinal node NAME}: e.g. {@code telemetry-store}. */
    String name();

    /**
     * Reads and checks this module's settings; no I/O. Called for every known module, also for those that are not started here, so that a
     * key of theirs is known.
     *
     * @throws ConfigException naming the key
     */
    Starter configure(Settings settings);

    /** A configured module. */
    interface Starter {
        Future<Running> start(NodeContext context);
    }

    /** A started module. */
    interface Running {
        /** Unregisters, drains and frees everything this module started; completes also when something could not be freed. */
        Future<Void> stop();
    }
}
