package dev.sinal.gateway.telemetry;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.StreamIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Samples of one stream of one external agent, in the order of arrival, cut into blocks whose columns hold one type each. */
final class PushedStream {
    /** Rows times columns of one block: a sparse block costs what a full one does. */
    private static final long MAX_CELLS = 1 << 20;

    private final String agentId;
    private final String stream;
    private final List<ExternalWrite.Part> parts = new ArrayList<>();
    private final List<byte[]> chunks = new ArrayList<>();
    private final Map<String, PushedColumn> columns = new LinkedHashMap<>();
    private long[] stamps = new long[64];
    private int rows;

    PushedStream(String agentId, String stream) {
        this.agentId = agentId;
        this.stream = stream;
    }

    /** Begins a row. @param cells values it will have @return its number in the present block */
    int row(long timestamp, int cells) {
        if ((long) (rows + 1) * Math.max(columns.size(), cells) > MAX_CELLS) {
            cut();
        }
        if (rows == stamps.length) {
            stamps = Arrays.copyOf(stamps, rows * 2);
        }
        stamps[rows] = timestamp;
        return rows++;
    }

    /** Whether the value fits into the present block; if not, {@link #cut} before the row. */
    boolean fits(String metric, boolean text) {
        PushedColumn column = columns.get(metric);
        return column == null || column.isText() == text;
    }

    void put(int row, String metric, double value) {
        columns.computeIfAbsent(metric, name -> new PushedColumn(false)).set(row, value);
    }

    void put(int row, String metric, String value) {
        columns.computeIfAbsent(metric, name -> new PushedColumn(true)).set(row, value);
    }

    /** Ends the present block. */
    void cut() {
        if (rows == 0) {
            return;
        }
        List<Column> values = new ArrayList<>();
        for (PushedColumn column : columns.values()) {
            values.add(column.column(rows));
        }
        // Numbers are the store's to give: epoch and seq stay 0.
        SampleBlock block = new SampleBlock(
                StreamIds.external(agentId, stream), 0, 0, TimeBasis.CLIENT, Arrays.copyOf(stamps, rows), null, values);
        parts.add(new ExternalWrite.Part(stream, List.copyOf(columns.keySet())));
        chunks.add(ChunkEncoder.encode(block, Codecs.RAW));
        columns.clear();
        rows = 0;
    }

    List<ExternalWrite.Part> parts() {
        return parts;
    }

    List<byte[]> chunks() {
        return chunks;
    }
}
