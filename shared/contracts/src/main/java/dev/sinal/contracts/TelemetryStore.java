package dev.sinal.contracts;

import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.ProxyGen;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import java.util.List;

/**
 * Everything stored but the samples themselves, which are read through {@code dev.sinal.contracts.read} and written through the store lane.
 * Failures: NOT_FOUND, INVALID_PARAMS, UNAVAILABLE (database away, at most 3 s after the call).
 */
@ProxyGen
@VertxGen
public interface TelemetryStore {
    /** Streams of an agent, or of all; empty for an agent that never delivered. Ordered by agent, name. */
    Future<List<StreamRecord>> streams(@Nullable String agentId);

    /** Fails with NOT_FOUND. */
    Future<StreamRecord> stream(String streamId);

    Future<List<EpochRecord>> epochs(String streamId);

    /** The stream's own XML. @param epoch null = the last */
    Future<String> info(String streamId, @Nullable Long epoch);

    /** Every clock probe, oldest first, at most 10 000. @param epoch null = all */
    Future<List<ClockRecord>> clock(String streamId, @Nullable Long epoch);

    Future<List<GapRecord>> gaps(GapQuery query);

    Future<LedgerRecord> ledger(String streamId);

    Future<PlotAnswer> plot(PlotQuery query);

    /** At most 500 entries. */
    Future<Void> writeLogs(List<LogEntry> entries);

    Future<List<LogEntry>> logs(LogQuery query);

    /** Stores a marker once by its id, and returns what is stored. A different marker under a used id fails with CONFLICT. */
    Future<MarkerEntry> addMarker(MarkerEntry marker);

    Future<List<MarkerEntry>> markers(MarkerQuery query);

    /**
     * Removes samples of a range for good; done when that is finished, or after some seconds while it goes on by itself. Samples that come later are kept,
     * whatever their stamps. Fails with INVALID_PARAMS for an unknown stream, with CONFLICT where something is pinned.
     */
    Future<DeletionRecord> deleteData(DeletionRequest request);

    /** What was removed, and by whom. */
    Future<List<DeletionRecord>> deletions(DeletionQuery query);

    /**
     * Keeps samples of a range; answered when nothing will remove them any more. Again under the same id changes nothing. Fails with INVALID_PARAMS for an
     * unknown stream, with CONFLICT for another pin under a used id, while a deletion removes some of it, or when there are too many pins.
     */
    Future<PinRecord> pinData(PinRequest request);

    /** Samples are kept for this pin no longer. Fails with NOT_FOUND. @param requestedBy who asks, for the log */
    Future<Void> unpinData(String id, String requestedBy);

    /** What is kept, and for whom. */
    Future<List<PinRecord>> pins(PinQuery query);
}
