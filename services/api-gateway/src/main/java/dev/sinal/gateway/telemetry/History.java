package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.routes.Services;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out what a request for rows means and opens the read. */
public final class History {
    private final Services services;
    private final KnownStreams known = new KnownStreams();

    public History(Services services, MeterRegistry metrics) {
        this.services = services;
        Gauge.builder("sinal.gateway.streams.known", known, KnownStreams::size).register(metrics);
    }

    Services services() {
        return services;
    }

    /**
     * Resolves something against an agent's streams. NOT_FOUND for an agent that neither agent-manager nor the store knows.
     *
     * @param resolve throws INVALID_PARAMS when the newest descriptors do not hold a name; it is asked again with those of every epoch, and of
     *     streams that are bound now but have nothing stored yet
     */
    <T> Future<T> resolve(String agentId, Function<List<StreamDescriptor>, T> resolve) {
        return services.breaker()
                .read(() -> services.store().streams(agentId))
                .compose(records -> records.isEmpty() ? known(agentId, records) : Future.succeededFuture(records))
                .compose(records -> {
                    List<StreamDescriptor> newest =
                            records.stream().map(StreamRecord::descriptor).toList();
                    known.put(agentId, newest);
                    try {
                        return Future.succeededFuture(resolve.apply(newest));
                    } catch (RuntimeException unknownNow) {
                        return earlier(newest)
                                .compose(all -> awaited(agentId, all))
                                .map(all -> resolve.apply(all));
                    }
                });
    }

    private Future<List<StreamRecord>> known(String agentId, List<StreamRecord> none) {
        return services.agents().status(agentId).map(none);
    }

    /** Channels may have had other names in earlier epochs. */
    private Future<List<StreamDescriptor>> earlier(List<StreamDescriptor> newest) {
        Future<List<StreamDescriptor>> all = Future.succeededFuture(new ArrayList<>(newest));
        for (StreamDescriptor stream : newest) {
            all = all.compose(found -> services.breaker()
                    .read(() -> services.store().epochs(stream.id()))
                    .map(epochs -> {
                        epochs.stream()
                                .map(EpochRecord::stream)
                                .filter(s -> !found.contains(s))
                                .forEach(found::add);
                        return found;
                    }));
        }
        return all;
    }

    /** A stream that is being collected, or waited for under the name that the agent's spec gives it, is a stream before its first commit. */
    private Future<List<StreamDescriptor>> awaited(String agentId, List<StreamDescriptor> stored) {
        Future<List<StreamStatus>> bound =
                services.agents().status(agentId).map(AgentStatus::streams).otherwise(List.of());
        Future<List<StreamSpec>> wanted =
                services.agents().spec(agentId).map(AgentSpec::streams).otherwise(List.of());
        return Future.all(bound, wanted).map(both -> {
            List<StreamDescriptor> all = new ArrayList<>(stored);
            for (StreamStatus now : bound.result()) {
                if (stored.stream().noneMatch(s -> s.id().equals(now.id()))) {
                    all.add(undescribed(agentId, now.id(), now.name()));
                }
            }
            for (StreamSpec spec : wanted.result()) {
                String name = spec.name();
                if (name != null && all.stream().noneMatch(s -> s.name().equals(name))) {
                    all.add(undescribed(agentId, name, name));
                }
            }
            return all;
        });
    }

    private static StreamDescriptor undescribed(String agentId, String id, String name) {
        return new StreamDescriptor(id, agentId, name, name, "", "", "", "", "", "", 0, null, List.of());
    }

    /**
     * For pages, of which many are asked for one behind the other. Who names neither streams nor metrics wants them all, and {@link #open} finds out whether there is
     * such an agent. What a name meant a moment ago it means now; one that was not there then is looked for.
     */
    Future<Wanted> wantedRows(HistoryQuery query, Fields in) {
        if (!in.has("stream") && !in.has("metrics")) {
            return Future.succeededFuture(Wanted.EVERYTHING);
        }
        List<StreamDescriptor> lately = known.of(query.agentId());
        if (lately != null) {
            try {
                return Future.succeededFuture(Wanted.of(in, lately));
            } catch (RuntimeException perhapsNew) {
                return wanted(query, in);
            }
        }
        return wanted(query, in);
    }

    /** The same by what is there now, and NOT_FOUND for an unknown agent. */
    Future<Wanted> wanted(HistoryQuery query, Fields in) {
        return resolve(query.agentId(), known -> Wanted.of(in, known));
    }

    /**
     * @param reads of who waits for the rows
     * @param enough rows of a page; null = everything, or a page that may need more than was thought
     */
    Future<RowSource> open(
            ReadClient reads, HistoryQuery query, Wanted wanted, boolean page, @Nullable Integer enough) {
        ReadQuery all = query.read(wanted.streams(), page).withColumns(wanted.metrics());
        ReadQuery read = enough == null ? all : all.asPage(enough);
        ColumnChoice columns = wanted.columns();
        return services.breaker()
                .read(() -> query.from().committed()
                        ? CommitRows.open(reads, read, columns)
                        : TimeRows.open(reads, read, columns))
                .compose(source -> source.opened().streams().isEmpty()
                        ? knownAgent(query.agentId(), source)
                        : Future.succeededFuture(source));
    }

    /** An agent without streams may be one that nobody knows. */
    private Future<RowSource> knownAgent(String agentId, RowSource none) {
        return services.agents().status(agentId).map(none).onFailure(unknown -> none.close());
    }

    static RuntimeException severalStreams() {
        return RpcError.invalid(
                "stream", "CSV has one column a metric of one stream: choose it with stream=, or take layout=long");
    }
}
