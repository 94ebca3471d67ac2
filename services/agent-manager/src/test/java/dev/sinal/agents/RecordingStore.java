package dev.sinal.agents;

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
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store of log rows in memory; it can be away, or refuse. */
public final class RecordingStore implements TelemetryStore {
    public final List<LogEntry> written = new CopyOnWriteArrayList<>();
    public volatile RpcError failure;
    public volatile int calls;

    @Override
    public synchronized Future<Void> writeLogs(List<LogEntry> entries) {
        calls++;
        if (failure != null) {
            return failure.fail("asked to");
        }
        written.addAll(entries);
        return Future.succeededFuture();
    }

    @Override
    public Future<List<LogEntry>> logs(LogQuery query) {
        return Future.succeededFuture(List.copyOf(written));
    }

    @Override
    public Future<List<StreamRecord>> streams(String agentId) {
        return notHere();
    }

    @Override
    public Future<StreamRecord> stream(String streamId) {
        return notHere();
    }

    @Override
    public Future<List<EpochRecord>> epochs(String streamId) {
        return notHere();
    }

    @Override
    public Future<String> info(String streamId, Long epoch) {
        return notHere();
    }

    @Override
    public Future<List<ClockRecord>> clock(String streamId, Long epoch) {
        return notHere();
    }

    @Override
    public Future<List<GapRecord>> gaps(GapQuery query) {
        return notHere();
    }

    @Override
    public Future<LedgerRecord> ledger(String streamId) {
        return notHere();
    }

    @Override
    public Future<PlotAnswer> plot(PlotQuery query) {
        return notHere();
    }

    @Override
    public Future<MarkerEntry> addMarker(MarkerEntry marker) {
        return notHere();
    }

    @Override
    public Future<List<MarkerEntry>> markers(MarkerQuery query) {
        return notHere();
    }

    @Override
    public Future<DeletionRecord> deleteData(DeletionRequest request) {
        return notHere();
    }

    @Override
    public Future<List<DeletionRecord>> deletions(DeletionQuery query) {
        return notHere();
    }

    @Override
    public Future<PinRecord> pinData(PinRequest request) {
        return notHere();
    }

    @Override
    public Future<Void> unpinData(String id, String requestedBy) {
        return notHere();
    }

    @Override
    public Future<List<PinRecord>> pins(PinQuery query) {
        return notHere();
    }

    private static <T> Future<T> notHere() {
        return RpcError.NOT_FOUND.fail("this store keeps log rows only");
    }
}
