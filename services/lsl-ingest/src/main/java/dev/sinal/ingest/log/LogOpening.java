package dev.sinal.ingest.log;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens the log whatever state it is in. */
record LogOpening(LogFile file, DurableLog.@Nullable Damage damage) {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpening.class);

    static LogOpening open(Path path, LogLimits limits, long nowNs) throws SQLException, IOException {
        LogFile file = null;
        try {
            file = new LogFile(path, limits.maxBytes() / LogFile.PAGE);
            if (file.sound()) {
                return new LogOpening(file, null);
            }
        } catch (SQLException e) {
            if (!damaged(e)) {
                close(file);
                throw e;
            }
        }
        close(file);
        return replace(path, limits, nowNs);
    }

    /** Sets the damaged file aside and copies into a new one what is whole. */
    static LogOpening replace(Path path, LogLimits limits, long nowNs) throws SQLException, IOException {
        Path aside = SqliteFiles.setAside(path, nowNs / 1_000_000);
        LogFile fresh = new LogFile(path, limits.maxBytes() / LogFile.PAGE);
        long saved = salvage(aside, fresh);
        LOG.warn("saved from the damaged log chunks={}", saved);
        return new LogOpening(fresh, new DurableLog.Damage(aside, saved));
    }

    static boolean damaged(SQLException e) {
        if (!(e instanceof SQLiteException sqlite)) {
            return false;
        }
        SQLiteErrorCode code = sqlite.getResultCode();
        return (code.code & 0xff) == SQLiteErrorCode.SQLITE_CORRUPT.code
                || (code.code & 0xff) == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    static boolean full(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    private static void close(@Nullable LogFile file) {
        if (file != null) {
            try {
                file.close();
            } catch (SQLException e) {
                LOG.debug("closing a damaged log failed", e);
            }
        }
    }

    /** From both ends towards the damage, because a broken page stops a scan. Only what passes its own checks is taken. */
    private static long salvage(Path aside, LogFile into) {
        Set<Long> taken = new HashSet<>();
        try (Connection damaged = SqliteFiles.open(aside)) {
            copy(
                    damaged,
                    "SELECT stream, epoch, agent, head FROM epochs",
                    row -> into.execute("INSERT OR IGNORE INTO epochs VALUES (?, ?, ?, ?)", row, 4));
            copy(
                    damaged,
                    "SELECT * FROM streams",
                    row -> into.execute("INSERT OR IGNORE INTO streams VALUES (?, ?, ?, ?, ?, ?, ?)", row, 7));
            copy(
                    damaged,
                    "SELECT * FROM moves",
                    row -> into.execute("INSERT OR IGNORE INTO moves VALUES (?, ?, ?, ?)", row, 4));
            copy(
                    damaged,
                    "SELECT * FROM notes",
                    row -> into.execute("INSERT OR IGNORE INTO notes VALUES (?, ?, ?, ?, ?, ?)", row, 6));
            String chunks =
                    "SELECT id, stream, epoch, first_seq, last_seq, accepted_at, crc, body FROM chunks ORDER BY id ";
            for (String order : new String[] {"ASC", "DESC"}) {
                copy(damaged, chunks + order, row -> {
                    if (whole(row.getBytes(8)) && taken.add(row.getLong(1))) {
                        into.execute("INSERT OR IGNORE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row, 8);
                    }
                });
            }
        } catch (SQLException e) {
            LOG.warn("the damaged log could not be read further error={}", e.getMessage());
        }
        return taken.size();
    }

    private interface RowCopy {
        void take(ResultSet row) throws SQLException;
    }

    private static void copy(Connection from, String select, RowCopy to) {
        try (Statement statement = from.createStatement();
                ResultSet row = statement.executeQuery(select)) {
            while (row.next()) {
                to.take(row);
            }
        } catch (SQLException e) {
            LOG.warn("a part of the damaged log is lost part={} error={}", select, e.getMessage());
        }
    }

    private static boolean whole(byte @Nullable [] chunk) {
        try {
            if (chunk != null) {
                ChunkDecoder.verify(chunk);
            }
            return chunk != null;
        } catch (ChunkFormatException e) {
            return false;
        }
    }
}
