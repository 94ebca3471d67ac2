package dev.sinal.store.bus;

import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.PinQuery;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PinRequest;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.store.sql.GapTable;
import dev.sinal.store.sql.LogTable;
import dev.sinal.store.sql.MarkerTable;
import dev.sinal.store.sql.PinTable;
import dev.sinal.store.sql.PlotReads;
import dev.sinal.store.sql.StreamTable;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls of the contract: opened only while the database is fit for use. */
public final class StoreService implements TelemetryStore {
    private final Gate gate;
    private final StreamTable streams;
    private final GapTable gaps;
    private final PlotReads plots;
    private final LogTable logs;
    private final MarkerTable markers;
    private final MarkerEvents markerEvents;
    private final DeletionDesk deletions;
    private final PinTable pins;

    public StoreService(
            Gate gate,
            StreamTable streams,
            GapTable gaps,
            PlotReads plots,
            LogTable logs,
            MarkerTable markers,
            MarkerEvents markerEvents,
            DeletionDesk deletions,
            PinTable pins) {
        this.gate = gate;
        this.streams = streams;
        this.gaps = gaps;
        this.plots = plots;
        this.logs = logs;
        this.markers = markers;
        this.markerEvents = markerEvents;
        this.deletions = deletions;
        this.pins = pins;
    }

    @Override
    public Future<List<StreamRecord>> streams(@Nullable String agentId) {
        return whenOpen(() -> streams.ofAgent(agentId));
    }

    @Override
    public Future<StreamRecord> stream(String streamId) {
        return whenOpen(() -> streams.one(streamId));
    }

    @Override
    public Future<List<EpochRecord>> epochs(String streamId) {
        return whenOpen(() -> streams.epochs(streamId));
    }

    @Override
    public Future<String> info(String streamId, @Nullable Long epoch) {
        return whenOpen(() -> streams.info(streamId, epoch));
    }

    @Override
    public Future<List<ClockRecord>> clock(String streamId, @Nullable Long epoch) {
        return whenOpen(() -> streams.clock(streamId, epoch));
    }

    @Override
    public Future<List<GapRecord>> gaps(GapQuery query) {
        return whenOpen(() -> gaps.find(query));
    }

    @Override
    public Future<LedgerRecord> ledger(String streamId) {
        return whenOpen(() -> streams.ledger(streamId));
    }

    @Override
    public Future<PlotAnswer> plot(PlotQuery query) {
        return whenOpen(() -> plots.plot(query));
    }

    @Override
    public Future<Void> writeLogs(List<LogEntry> entries) {
        return whenOpen(() -> logs.add(entries));
    }

    @Override
    public Future<List<LogEntry>> logs(LogQuery query) {
        return whenOpen(() -> logs.find(query));
    }

    @Override
    public Future<MarkerEntry> addMarker(MarkerEntry marker) {
        return whenOpen(() -> markers.add(marker)).map(stored -> {
            if (stored.added()) {
                markerEvents.announce(stored.marker());
            }
            return stored.marker();
        });
    }

    @Override
    public Future<List<MarkerEntry>> markers(MarkerQuery query) {
        return whenOpen(() -> markers.find(query));
    }

    @Override
    public Future<DeletionRecord> deleteData(DeletionRequest request) {
        return whenOpen(() -> deletions.delete(request));
    }

    @Override
    public Future<List<DeletionRecord>> deletions(DeletionQuery query) {
        return whenOpen(() -> deletions.find(query));
    }

    @Override
    public Future<PinRecord> pinData(PinRequest request) {
        return whenOpen(() -> pins.add(request));
    }

    @Override
    public Future<Void> unpinData(String id, String requestedBy) {
        return whenOpen(() -> pins.remove(id, requestedBy));
    }

    @Override
    public Future<List<PinRecord>> pins(PinQuery query) {
        return whenOpen(() -> pins.find(query));
    }

    private <T> Future<T> whenOpen(Supplier<Future<T>> call) {
        return gate.isOpen() ? call.get() : RpcError.UNAVAILABLE.fail("the database is not ready");
    }
}
