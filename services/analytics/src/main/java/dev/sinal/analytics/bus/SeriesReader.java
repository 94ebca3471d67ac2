package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.StreamTable;
import dev.sinal.analytics.domain.TooManyValues;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowMerger;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fetches the values of variables: pulls frames, decodes them on a worker thread, keeps the wanted columns. */
final class SeriesReader {
    private final ReadClient client;
    private final WorkerExecutor workers;
    private final int maxValues;
    private final Duration limit;

    /** @param maxValues most values in memory for one read @param limit longest read */
    SeriesReader(ReadClient client, WorkerExecutor workers, int maxValues, Duration limit) {
        this.client = client;
        this.workers = workers;
        this.maxValues = maxValues;
        this.limit = limit;
    }

    /** What was read. @param tables one a stream, in the order of the variables' first use */
    record Data(List<StreamTable> tables, List<StreamSink.EpochSpan> epochs, List<GapRecord> gaps) {}

    /** @param skipTexts texts count as absent instead of being refused: for metrics that nobody named */
    Future<Data> read(
            String agentId,
            List<Catalog.Variable> variables,
            @Nullable Long from,
            @Nullable Long to,
            boolean skipTexts) {
        List<StreamSink> all = sinks(variables, skipTexts);
        Map<String, List<StreamSink>> sinks = new LinkedHashMap<>();
        all.forEach(sink -> sink.streams()
                .forEach(id ->
                        sinks.computeIfAbsent(id, unseen -> new ArrayList<>()).add(sink)));
        Map<String, Set<String>> metrics = new LinkedHashMap<>();
        for (Catalog.Variable variable : variables) {
            variable.streamIds()
                    .forEach(id -> metrics.computeIfAbsent(id, unseen -> new LinkedHashSet<>())
                            .add(variable.metric()));
        }
        ReadQuery query = ReadQuery.range(agentId, List.copyOf(sinks.keySet()), from, to, null)
                .withColumns(metrics);
        ColumnChoice choice = stream -> {
            List<StreamSink> own = sinks.getOrDefault(stream.id(), List.of());
            return own.stream()
                    .flatMapToInt(sink -> Arrays.stream(sink.choose(stream)))
                    .sorted()
                    .distinct()
                    .toArray();
        };
        return client.open(query).compose(cursor -> {
            Pull pull = new Pull(cursor, RowMerger.of(query, cursor.opened(), choice), all, sinks);
            return pull.next().onFailure(failure -> cursor.close());
        });
    }

    /** One for the variables whose newest stream is the same. */
    private static List<StreamSink> sinks(List<Catalog.Variable> variables, boolean skipTexts) {
        Map<String, List<Catalog.Variable>> byStream = new LinkedHashMap<>();
        for (Catalog.Variable variable : variables) {
            byStream.computeIfAbsent(variable.streamId(), id -> new ArrayList<>())
                    .add(variable);
        }
        return byStream.values().stream()
                .map(own -> new StreamSink(own, skipTexts))
                .toList();
    }

    /** One read under way: frame by frame, never two at a time. */
    private final class Pull {
        private final ReadCursor cursor;
        private final RowMerger merger;
        private final List<StreamSink> all;
        private final Map<String, List<StreamSink>> sinks;
        private final long deadline = System.nanoTime() + limit.toNanos();
        private long values;

        Pull(ReadCursor cursor, RowMerger merger, List<StreamSink> all, Map<String, List<StreamSink>> sinks) {
            this.cursor = cursor;
            this.merger = merger;
            this.all = all;
            this.sinks = sinks;
        }

        Future<Data> next() {
            if (System.nanoTime() - deadline > 0) {
                return RpcError.UNAVAILABLE.fail(
                        "reading took longer than " + limit.toSeconds() + " s: choose a shorter range");
            }
            return cursor.next().compose(this::take).compose(ended -> ended ? finish() : next());
        }

        private Future<Boolean> take(List<ReadFrame.Entry> entries) {
            boolean ended = cursor.ended();
            return workers.executeBlocking(
                    () -> {
                        merger.addAll(entries);
                        if (ended) {
                            merger.end();
                        }
                        keep();
                        return ended;
                    },
                    false);
        }

        private void keep() {
            while (merger.advance()) {
                for (StreamSink sink : sinks.getOrDefault(merger.row().stream().id(), List.of())) {
                    values += sink.accept(merger.row()) ? sink.width() : 0;
                    if (values > maxValues) {
                        throw new TooManyValues(values, maxValues, "/filters/start_date");
                    }
                }
            }
        }

        private Future<Data> finish() {
            List<GapRecord> gaps = cursor.opened().gaps().stream()
                    .filter(gap -> sinks.containsKey(gap.stream()))
                    .toList();
            List<StreamTable> tables = new ArrayList<>();
            List<StreamSink.EpochSpan> epochs = new ArrayList<>();
            for (StreamSink sink : all) {
                tables.add(sink.table(gaps));
                epochs.addAll(sink.epochs());
            }
            return Future.succeededFuture(new Data(tables, epochs, gaps));
        }
    }
}
