package dev.sinal.ingest.log;

import io.vertx.core.Promise;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Something for the log's thread. */
sealed interface LogCommand {
    /** Fails the command without doing it. */
    void refuse(LogRefused why);

    /** Work on the tables. */
    interface Work<T> {
        @Nullable
        T on(LogFile file) throws SQLException;
    }

    /** Answered at once. */
    record Read<T>(Work<T> work, Promise<T> done) implements LogCommand {
        @Override
        public void refuse(LogRefused why) {
            done.fail(why);
        }
    }

    /** Answered once it is on the disk. */
    sealed interface Write extends LogCommand {
        void apply(LogFile file, long now) throws SQLException;

        void succeed();

        /** Bytes it adds; negative when it frees some. */
        long bytes();
    }

    record Append(LogEntryToWrite entry, Promise<Void> done) implements Write {
        @Override
        public void apply(LogFile file, long now) throws SQLException {
            file.append(entry, now);
        }

        @Override
        public void succeed() {
            done.complete();
        }

        @Override
        public void refuse(LogRefused why) {
            done.fail(why);
        }

        @Override
        public long bytes() {
            return entry.body().length + 256;
        }
    }

    /** @param weight bytes it adds, negative when it frees some */
    record Change(Work<Void> work, long weight, Promise<Void> done) implements Write {
        @Override
        public void apply(LogFile file, long now) throws SQLException {
            work.on(file);
        }

        @Override
        public void succeed() {
            done.complete();
        }

        @Override
        public void refuse(LogRefused why) {
            done.fail(why);
        }

        @Override
        public long bytes() {
            return weight;
        }
    }
}
