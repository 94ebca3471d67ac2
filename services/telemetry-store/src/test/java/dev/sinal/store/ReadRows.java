package dev.sinal.store;

import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotAnswer.Point;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.CommitMerger;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.contracts.read.RowReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What readers of a store see of samples whose value is their seq. */
final class ReadRows {
    private ReadRows() {}

    /** A sample that a store should hold. @param timestamp UTC ns */
    record Sample(String stream, long epoch, long seq, long timestamp) {
        RowKey key() {
            return new RowKey(timestamp, stream, epoch, seq);
        }
    }

    /** In the order of time. @param streams empty = all @param after null = from the beginning */
    static List<RowKey> byTime(StoreUnderTest store, String agent, List<String> streams, @Nullable RowKey after) {
        ReadQuery query = new ReadQuery(agent, streams, null, null, ReadQuery.TIME, after, null, 0, 0);
        RowReader reader = get(RowReader.open(new ReadClient(store.vertx()), query, ColumnChoice.ALL));
        List<RowKey> rows = new ArrayList<>();
        while (get(reader.fill())) {
            while (reader.advance()) {
                RowKey key = reader.row().key();
                assertThat(reader.row().value(0)).isEqualTo(key.seq());
                rows.add(key);
            }
        }
        reader.close();
        return rows;
    }

    /** In the order of commit. @param streams empty = all @param after null = from the beginning */
    static List<CommitKey> committed(
            StoreUnderTest store, String agent, List<String> streams, @Nullable CommitKey after) {
        ReadQuery query = new ReadQuery(agent, streams, null, null, ReadQuery.COMMITTED, null, after, 0, 0);
        ReadCursor cursor = get(new ReadClient(store.vertx()).open(query));
        CommitMerger merger = CommitMerger.of(query, cursor.opened(), ColumnChoice.ALL);
        List<CommitKey> rows = new ArrayList<>();
        while (!cursor.ended()) {
            merger.addAll(get(cursor.next()));
            if (cursor.ended()) {
                merger.end();
            }
            while (merger.advance()) {
                RowKey key = merger.row().key();
                rows.add(new CommitKey(merger.tx(), key.stream(), key.epoch(), key.seq()));
            }
        }
        cursor.close();
        return rows;
    }

    /** The last rows are of the samples, and none is missing. @param most asked for of each stream */
    static void checkRecent(StoreUnderTest store, String agent, List<String> streams, int most, List<Sample> samples) {
        ReadQuery query = new ReadQuery(agent, streams, null, null, ReadQuery.RECENT, null, null, most, 0);
        List<RowKey> rows = new ArrayList<>();
        store.readAll(query).forEach(entry -> {
            SampleBlock block = ChunkDecoder.decode(entry.chunk());
            for (int i = 0; i < block.size(); i++) {
                rows.add(new RowKey(block.timestamps()[i], block.streamId(), block.epoch(), block.firstSeq() + i));
            }
        });
        assertThat(samples.stream().map(Sample::key).toList()).containsAll(rows);
        for (String stream : streams) {
            List<RowKey> here =
                    of(stream, samples).stream().map(Sample::key).sorted().toList();
            assertThat(rows).containsAll(here.subList(Math.max(0, here.size() - most), here.size()));
        }
    }

    /** Every sample is in one point, with the extremes of its bucket. @param answer of one channel @param samples of its stream */
    static void checkPlot(PlotAnswer answer, List<Sample> samples) {
        List<Point> points =
                answer.series().isEmpty() ? List.of() : answer.series().get(0).points();
        assertThat(points.stream().mapToLong(Point::n).sum()).isEqualTo(samples.size());
        long width = answer.series().isEmpty()
                ? 0
                : Math.round(answer.series().get(0).bucketS() * 1e9);
        for (Point point : points) {
            double[] values = samples.stream()
                    .filter(s -> s.timestamp() >= point.timestamp() && s.timestamp() < point.timestamp() + width)
                    .mapToDouble(Sample::seq)
                    .toArray();
            assertThat(point.n()).isEqualTo(values.length);
            assertThat(point.min()).isEqualTo(Arrays.stream(values).min().orElseThrow());
            assertThat(point.max()).isEqualTo(Arrays.stream(values).max().orElseThrow());
        }
    }

    static List<Sample> of(String stream, List<Sample> samples) {
        return samples.stream().filter(s -> s.stream().equals(stream)).toList();
    }
}
