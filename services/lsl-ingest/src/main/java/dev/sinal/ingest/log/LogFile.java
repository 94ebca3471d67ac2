package dev.sinal.ingest.log;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.Chunks;
import dev.sinal.contracts.StoreNote;
import dev.sinal.ingest.domain.PreviousEnd;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The tables of the log. Used by one thread at a time; every method blocks. */
final class LogFile implements AutoCloseable {
    static final int PAGE = 4096;
    /** Notes that no store takes are kept for people, the newest of them. */
    private static final int MOST_QUARANTINED_NOTES = 1_000;

    private static final int MOST_HEADED = 10_000;

    private static final String[] SCHEMA = {
        """
        CREATE TABLE IF NOT EXISTS epochs (
          stream TEXT NOT NULL, epoch INTEGER NOT NULL, agent TEXT NOT NULL, head TEXT NOT NULL,
          PRIMARY KEY (stream, epoch)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS chunks (
          id INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, epoch INTEGER NOT NULL,
          first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, accepted_at INTEGER NOT NULL,
          crc INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS chunks_by_stream ON chunks (stream, id)",
        """
        CREATE TABLE IF NOT EXISTS notes (
          id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL, kind TEXT NOT NULL, stream TEXT NOT NULL,
          epoch INTEGER NOT NULL, payload TEXT NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS streams (
          stream TEXT PRIMARY KEY, agent TEXT NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL,
          last_seq INTEGER NOT NULL, last_timestamp INTEGER NOT NULL, on_purpose INTEGER NOT NULL) WITHOUT ROWID
        """,
        // From this number on the chunks of an epoch are sent under another one: what came before is missing.
        """
        CREATE TABLE IF NOT EXISTS moves (
          stream TEXT NOT NULL, epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL, new_epoch INTEGER NOT NULL,
          PRIMARY KEY (stream, epoch, from_seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS quarantine (
          id INTEGER PRIMARY KEY, stream TEXT NOT NULL, head TEXT NOT NULL, first_seq INTEGER NOT NULL,
          last_seq INTEGER NOT NULL, reason TEXT NOT NULL, quarantined_at INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS note_quarantine (
          id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, kind TEXT NOT NULL, stream TEXT NOT NULL, epoch INTEGER NOT NULL,
          payload TEXT NOT NULL, reason TEXT NOT NULL, quarantined_at INTEGER NOT NULL)
        """,
        "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    };

    private final Connection db;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    /** Newest epoch of each stream whose head is in the file or in the open transaction: a head is long and the same for every chunk. */
    private final Map<String, Long> headed = new HashMap<>();

    /**
     * @param maxPages SQLite's own hard bound
     * @throws SQLException also when another process holds the file
     */
    LogFile(Path file, long maxPages) throws SQLException {
        db = SqliteFiles.open(file);
        try {
            set("page_size = " + PAGE);
            set("auto_vacuum = INCREMENTAL");
            set("locking_mode = EXCLUSIVE");
            set("journal_mode = WAL");
            set("synchronous = FULL");
            set("max_page_count = " + maxPages);
            set("journal_size_limit = 16777216");
            for (String statement : SCHEMA) {
                execute(statement);
            }
        } catch (SQLException e) {
            db.close();
            throw e;
        }
    }

    private void set(String pragma) throws SQLException {
        execute("PRAGMA " + pragma);
    }

    void execute(String sql) throws SQLException {
        try (var statement = db.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a statement with the first values of another database's row. */
    void execute(String sql, ResultSet row, int values) throws SQLException {
        PreparedStatement statement = prepare(sql);
        for (int i = 1; i <= values; i++) {
            statement.setObject(i, row.getObject(i));
        }
        statement.executeUpdate();
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known == null) {
            known = db.prepareStatement(sql);
            statements.put(sql, known);
        }
        return known;
    }

    /** Runs a statement with these values. */
    private void run(String sql, Object... values) throws SQLException {
        PreparedStatement statement = bind(sql, values);
        statement.executeUpdate();
    }

    private PreparedStatement bind(String sql, Object... values) throws SQLException {
        PreparedStatement statement = prepare(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private long one(String sql, Object... values) throws SQLException {
        try (ResultSet row = bind(sql, values).executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Whether the file's structure is whole. */
    boolean sound() throws SQLException {
        try (ResultSet row = prepare("PRAGMA quick_check(1)").executeQuery()) {
            return row.next() && "ok".equals(row.getString(1));
        }
    }

    void begin() throws SQLException {
        execute("BEGIN IMMEDIATE");
    }

    void commit() throws SQLException {
        execute("COMMIT");
    }

    /** Also when SQLite has rolled back by itself, as it does when the disk is full. */
    void rollback() {
        headed.clear();
        try {
            execute("ROLLBACK");
        } catch (SQLException alreadyGone) {
            // no transaction is active any more: what was wanted
        }
    }

    void append(LogEntryToWrite entry, long acceptedAt) throws SQLException {
        epoch(entry.stream(), entry.epoch(), entry.agentId(), entry.head());
        run(
                "INSERT INTO chunks (stream, epoch, first_seq, last_seq, accepted_at, crc, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
                entry.stream(),
                entry.epoch(),
                entry.firstSeq(),
                entry.lastSeq(),
                acceptedAt,
                crc(entry.body()),
                entry.body());
        run(
                """
                INSERT INTO streams (stream, agent, name, epoch, last_seq, last_timestamp, on_purpose)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                ON CONFLICT (stream) DO UPDATE SET agent = excluded.agent, name = excluded.name, epoch = excluded.epoch,
                  last_seq = excluded.last_seq, last_timestamp = excluded.last_timestamp, on_purpose = 0
                """,
                entry.stream(),
                entry.agentId(),
                entry.streamName(),
                entry.epoch(),
                entry.lastSeq(),
                entry.lastTimestamp());
    }

    void note(String stream, long epoch, String agentId, String head, String uuid, String kind, String payload)
            throws SQLException {
        epoch(stream, epoch, agentId, head);
        run(
                "INSERT INTO notes (uuid, kind, stream, epoch, payload) VALUES (?, ?, ?, ?, ?)",
                uuid,
                kind,
                stream,
                epoch,
                payload);
    }

    private void epoch(String stream, long epoch, String agentId, String head) throws SQLException {
        Long known = headed.get(stream);
        if (known != null && known == epoch) {
            return;
        }
        run(
                "INSERT OR IGNORE INTO epochs (stream, epoch, agent, head) VALUES (?, ?, ?, ?)",
                stream,
                epoch,
                agentId,
                head);
        if (headed.size() >= MOST_HEADED) {
            headed.clear();
        }
        headed.put(stream, epoch);
    }

    void endedOnPurpose(String stream) throws SQLException {
        run("UPDATE streams SET on_purpose = 1 WHERE stream = ?", stream);
    }

    @Nullable
    PreviousEnd previousEnd(String stream) throws SQLException {
        try (ResultSet row = bind("SELECT epoch, last_timestamp, on_purpose FROM streams WHERE stream = ?", stream)
                .executeQuery()) {
            return row.next() ? new PreviousEnd(row.getLong(1), row.getLong(2), row.getInt(3) != 0) : null;
        }
    }

    /** Names that streams of an agent were given before, by stream id. */
    Map<String, String> names(String agentId) throws SQLException {
        Map<String, String> names = new HashMap<>();
        try (ResultSet row = bind("SELECT stream, name FROM streams WHERE agent = ?", agentId)
                .executeQuery()) {
            while (row.next()) {
                names.put(row.getString(1), row.getString(2));
            }
        }
        return names;
    }

    /** Chunks of a stream behind a row, oldest first: at most so many, and no more bytes unless the first one has more. */
    List<LoggedChunk> read(String stream, long afterId, int most, long bytes) throws SQLException {
        List<LoggedChunk> chunks = new ArrayList<>();
        long sum = 0;
        PreparedStatement select = bind("""
                SELECT c.id, c.epoch, c.first_seq, c.last_seq, c.crc, e.head, c.body, length(c.body), c.accepted_at
                  FROM chunks c LEFT JOIN epochs e ON e.stream = c.stream AND e.epoch = c.epoch
                 WHERE c.stream = ? AND c.id > ? ORDER BY c.id LIMIT ?
                """, stream, afterId, most);
        try (ResultSet row = select.executeQuery()) {
            while (row.next() && (chunks.isEmpty() || sum + row.getLong(8) <= bytes)) {
                sum += row.getLong(8);
                chunks.add(chunk(stream, row));
            }
        }
        return chunks;
    }

    private LoggedChunk chunk(String stream, ResultSet row) throws SQLException {
        long epoch = row.getLong(2);
        long first = row.getLong(3);
        long last = row.getLong(4);
        String head = row.getString(6);
        byte[] body = row.getBytes(7);
        String damaged = crc(body) != row.getLong(5)
                ? "the logged bytes are damaged"
                : head == null ? "its head is missing" : "";
        if (head == null) {
            head = "{}";
        }
        long sentEpoch = epoch;
        long shift = 0;
        try (ResultSet move = bind("""
                        SELECT from_seq, new_epoch FROM moves WHERE stream = ? AND epoch = ? AND from_seq <= ?
                         ORDER BY from_seq DESC LIMIT 1
                        """, stream, epoch, first).executeQuery()) {
            if (move.next() && damaged.isEmpty()) {
                shift = move.getLong(1) - 1;
                sentEpoch = move.getLong(2);
                try {
                    body = Chunks.renumber(body, sentEpoch, first - shift);
                    head = new JsonObject(head).put("epoch", sentEpoch).encode();
                } catch (ChunkFormatException e) {
                    damaged = "cannot be renumbered: " + e.getMessage();
                }
            }
        }
        return new LoggedChunk(
                row.getLong(1),
                stream,
                sentEpoch,
                first - shift,
                last - shift,
                epoch,
                first,
                row.getLong(9),
                head,
                body,
                damaged);
    }

    /** First number that is still here of an epoch, as it was logged; 0 when there is none. */
    long firstSeq(String stream, long loggedEpoch) throws SQLException {
        return one("SELECT min(first_seq) FROM chunks WHERE stream = ? AND epoch = ?", stream, loggedEpoch);
    }

    /** The store has committed these rows. */
    void delete(List<Long> ids) throws SQLException {
        for (Long id : ids) {
            run("DELETE FROM chunks WHERE id = ?", id);
        }
    }

    void deleteNotes(List<Long> ids) throws SQLException {
        for (Long id : ids) {
            run("DELETE FROM notes WHERE id = ?", id);
        }
    }

    void quarantine(long id, String reason, long now) throws SQLException {
        run("""
                INSERT OR REPLACE INTO quarantine (id, stream, head, first_seq, last_seq, reason, quarantined_at, body)
                SELECT c.id, c.stream, coalesce(e.head, '{}'), c.first_seq, c.last_seq, ?, ?, c.body
                  FROM chunks c LEFT JOIN epochs e ON e.stream = c.stream AND e.epoch = c.epoch WHERE c.id = ?
                """, reason, now, id);
        run("DELETE FROM chunks WHERE id = ?", id);
    }

    void quarantineNote(long id, String reason, long now) throws SQLException {
        run("""
                INSERT OR REPLACE INTO note_quarantine (id, uuid, kind, stream, epoch, payload, reason, quarantined_at)
                SELECT id, uuid, kind, stream, epoch, payload, ?, ? FROM notes WHERE id = ?
                """, reason, now, id);
        run("DELETE FROM notes WHERE id = ?", id);
        run("""
                DELETE FROM note_quarantine
                 WHERE id <= (SELECT id FROM note_quarantine ORDER BY id DESC LIMIT 1 OFFSET ?)
                """, MOST_QUARANTINED_NOTES);
    }

    /** What of an epoch has this number or a later one is sent as another epoch, numbered from 1. */
    void move(String stream, long loggedEpoch, long fromSeq, long newEpoch) throws SQLException {
        run(
                "INSERT OR REPLACE INTO moves (stream, epoch, from_seq, new_epoch) VALUES (?, ?, ?, ?)",
                stream,
                loggedEpoch,
                fromSeq,
                newEpoch);
        closeMoved(stream, loggedEpoch, fromSeq);
    }

    /** An epoch that was closed before it moved: its closing note is gone, so the new one gets its own. */
    private void closeMoved(String stream, long epoch, long fromSeq) throws SQLException {
        boolean goesOn = one("SELECT count(*) FROM streams WHERE stream = ? AND epoch <= ?", stream, epoch) > 0;
        boolean toCome = one("""
                        SELECT count(*) FROM notes WHERE stream = ? AND epoch = ? AND kind = ?
                           AND json_extract(payload, '$.last_seq') >= ?
                        """, stream, epoch, StoreNote.EPOCH_CLOSED, fromSeq) > 0;
        long last = one("SELECT max(last_seq) FROM chunks WHERE stream = ? AND epoch = ?", stream, epoch);
        if (!goesOn && !toCome && last >= fromSeq) {
            run(
                    "INSERT INTO notes (uuid, kind, stream, epoch, payload) VALUES (?, ?, ?, ?, ?)",
                    UUID.randomUUID().toString(),
                    StoreNote.EPOCH_CLOSED,
                    stream,
                    epoch,
                    new JsonObject()
                            .put("last_seq", last)
                            .put("reason", "moved")
                            .encode());
        }
    }

    /** Notes behind a row, oldest first. */
    List<LoggedNote> notes(long afterId, int most) throws SQLException {
        List<LoggedNote> notes = new ArrayList<>();
        PreparedStatement select = bind("""
                SELECT n.id, n.uuid, n.kind, e.head, n.payload, n.stream, n.epoch
                  FROM notes n JOIN epochs e ON e.stream = n.stream AND e.epoch = n.epoch
                 WHERE n.id > ? ORDER BY n.id LIMIT ?
                """, afterId, most);
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                LoggedNote note = new LoggedNote(
                        row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
                notes.add(
                        note.kind().equals(StoreNote.EPOCH_CLOSED)
                                ? closing(note, row.getString(6), row.getLong(7))
                                : note);
            }
        }
        return notes;
    }

    /** The end of an epoch whose rest was moved is the end of the last one that it moved to, in that one's numbers. */
    private LoggedNote closing(LoggedNote note, String stream, long epoch) throws SQLException {
        JsonObject payload = new JsonObject(note.payload());
        long last = payload.getLong("last_seq", 0L);
        try (ResultSet move = bind("""
                        SELECT from_seq, new_epoch FROM moves WHERE stream = ? AND epoch = ? AND from_seq <= ?
                         ORDER BY from_seq DESC LIMIT 1
                        """, stream, epoch, last).executeQuery()) {
            if (!move.next()) {
                return note;
            }
            return new LoggedNote(
                    note.id(),
                    note.uuid(),
                    note.kind(),
                    new JsonObject(note.head()).put("epoch", move.getLong(2)).encode(),
                    payload.put("last_seq", last - move.getLong(1) + 1).encode());
        }
    }

    List<Backlog> backlog() throws SQLException {
        List<Backlog> all = new ArrayList<>();
        PreparedStatement select = prepare("""
                SELECT c.stream, coalesce(max(e.agent), ''), count(*), min(c.accepted_at)
                  FROM chunks c LEFT JOIN epochs e ON e.stream = c.stream AND e.epoch = c.epoch GROUP BY c.stream
                """);
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                all.add(new Backlog(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)));
            }
        }
        return all;
    }

    /** Heads that nothing refers to any more. */
    void forgetEpochs() throws SQLException {
        headed.clear();
        execute("""
                DELETE FROM epochs WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.stream = epochs.stream AND c.epoch = epochs.epoch)
                  AND NOT EXISTS (SELECT 1 FROM notes n WHERE n.stream = epochs.stream AND n.epoch = epochs.epoch)
                  AND NOT EXISTS (SELECT 1 FROM streams s WHERE s.stream = epochs.stream AND s.epoch = epochs.epoch)
                """);
        execute("""
                DELETE FROM moves WHERE NOT EXISTS (SELECT 1 FROM epochs e WHERE e.stream = moves.stream AND e.epoch = moves.epoch)
                """);
    }

    long count(String table) throws SQLException {
        return one("SELECT count(*) FROM " + table);
    }

    long usedBytes() throws SQLException {
        return (one("PRAGMA page_count") - one("PRAGMA freelist_count")) * PAGE;
    }

    /** Gives some of the free pages back to the volume when there are many. */
    void shrink() throws SQLException {
        if (one("PRAGMA freelist_count") > 4096) {
            try (ResultSet steps = prepare("PRAGMA incremental_vacuum(1024)").executeQuery()) {
                while (steps.next()) {
                    // one row per page
                }
            }
        }
    }

    String fact(String name, String whenNew) throws SQLException {
        run("INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)", name, whenNew);
        try (ResultSet row =
                bind("SELECT value FROM facts WHERE name = ?", name).executeQuery()) {
            return row.next() ? row.getString(1) : whenNew;
        }
    }

    void setFact(String name, String value) throws SQLException {
        run("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, value);
    }

    private static long crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        db.close();
    }
}
