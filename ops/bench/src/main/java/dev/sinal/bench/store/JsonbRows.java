package dev.sinal.bench.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sinal.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;

/** What most labs begin with: a row of jsonb for each sample, by JDBC. */
final class JsonbRows {
    static final String TABLE = "bench_rows";

    private static final JsonFactory JSON = new JsonFactory();

    private final TestDatabase database;

    JsonbRows(TestDatabase database) {
        this.database = database;
    }

    void create() throws SQLException {
        BenchServer.run(
                database,
                "DROP TABLE IF EXISTS " + TABLE,
                "CREATE TABLE " + TABLE
                        + " (id bigserial PRIMARY KEY, agent_id text NOT NULL, ts timestamptz NOT NULL, metrics jsonb NOT NULL)",
                "CREATE INDEX ON " + TABLE + " (agent_id, ts)");
    }

    /** The samples of a workload one after the other, each value as the shortest text that reads back exactly. */
    abstract static class Rows {
        private final Workload workload;

        Rows(Workload workload) {
            this.workload = workload;
        }

        /** Of the row, from 0. */
        abstract int stream(long row);

        /** Of the row in its stream, from 0. */
        abstract long sample(long row);

        abstract void append(StringBuilder to, int stream, int channel, long sample);

        private String json(long row) {
            StringBuilder text = new StringBuilder("{");
            for (int c = 0; c < workload.channels(); c++) {
                text.append(c == 0 ? "\"" : ",\"")
                        .append(workload.metrics().get(c))
                        .append("\":");
                append(text, stream(row), c, sample(row));
            }
            return text.append('}').toString();
        }
    }

    static Rows of(Eeg eeg) {
        return new Rows(eeg) {
            @Override
            int stream(long row) {
                return 0;
            }

            @Override
            long sample(long row) {
                return row;
            }

            @Override
            void append(StringBuilder to, int stream, int channel, long sample) {
                to.append(eeg.value(channel, sample));
            }
        };
    }

    /** Second by second, everybody in turn. */
    static Rows of(Vitals vitals) {
        return new Rows(vitals) {
            @Override
            int stream(long row) {
                return (int) (row % vitals.people());
            }

            @Override
            long sample(long row) {
                return row / vitals.people();
            }

            @Override
            void append(StringBuilder to, int stream, int channel, long sample) {
                to.append(vitals.value(stream, channel, sample));
            }
        };
    }

    /**
     * Each batch is a statement and a commit.
     *
     * @param batch rows of a statement
     * @return values
     */
    long ingest(Rows rows, long first, long count, int batch) throws SQLException {
        StringBuilder sql = new StringBuilder("INSERT INTO " + TABLE + " (agent_id, ts, metrics) VALUES ");
        for (int i = 0; i < batch; i++) {
            sql.append(i == 0 ? "(?, ?, ?::jsonb)" : ", (?, ?, ?::jsonb)");
        }
        Workload workload = rows.workload;
        try (Connection connection = BenchServer.connect(database);
                PreparedStatement insert = connection.prepareStatement(sql.toString())) {
            for (long at = first; at + batch <= first + count; at += batch) {
                for (int i = 0; i < batch; i++) {
                    int stream = rows.stream(at + i);
                    insert.setString(3 * i + 1, workload.agentId("rows", stream));
                    insert.setTimestamp(3 * i + 2, new Timestamp(workload.timeMs(stream, rows.sample(at + i))));
                    insert.setString(3 * i + 3, rows.json(at + i));
                }
                insert.executeUpdate();
            }
        }
        return count / batch * batch * workload.channels();
    }

    /** Reads a range of a stream and parses every value. @return values */
    long read(Workload workload, int stream, long fromMs, long toMs, Sink sink) throws SQLException, IOException {
        long values = 0;
        try (Connection connection = BenchServer.connect(database)) {
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT ts, metrics FROM " + TABLE + " WHERE agent_id = ? AND ts >= ? AND ts < ? ORDER BY ts")) {
                select.setFetchSize(1_000);
                select.setString(1, workload.agentId("rows", stream));
                select.setTimestamp(2, new Timestamp(fromMs));
                select.setTimestamp(3, new Timestamp(toMs));
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        values += parse(rows.getString(2), sink);
                    }
                }
            }
        }
        return values;
    }

    private static int parse(String json, Sink sink) throws IOException {
        int values = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                        || parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    sink.take(parser.getFloatValue());
                    values++;
                }
            }
        }
        return values;
    }
}
