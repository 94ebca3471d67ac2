package dev.sinal.ingest.net;

import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.ingest.domain.PreviousEnd;
import dev.sinal.ingest.log.DurableLog;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the last collection of a stream ended, here or on a node that is gone. A store that cannot be asked holds nobody up for long. */
final class PreviousEnds {
    /** An answer with more epochs is too large to ask for. */
    private static final long MOST_EPOCHS = 1_000;

    private final DurableLog log;
    private final TelemetryStore store;

    /** @param store its calls end within about a second */
    PreviousEnds(DurableLog log, TelemetryStore store) {
        this.log = log;
        this.store = store;
    }

    /** Never fails. */
    Future<Optional<PreviousEnd>> of(String streamId) {
        return log.previousEnd(streamId)
                .otherwise(Optional.empty())
                .compose(here -> stored(streamId, here)
                        .map(stored -> Optional.ofNullable(PreviousEnd.later(here.orElse(null), stored.orElse(null)))));
    }

    private Future<Optional<PreviousEnd>> stored(String streamId, Optional<PreviousEnd> here) {
        return store.stream(streamId)
                .compose(known -> {
                    Long seen = known.lastSeen();
                    boolean nothingLater =
                            seen == null || (here.isPresent() && here.get().lastTimestamp() >= seen);
                    return nothingLater || known.epochs() > MOST_EPOCHS
                            ? Future.succeededFuture(Optional.<PreviousEnd>empty())
                            : store.epochs(streamId).map(PreviousEnds::last);
                })
                .otherwise(Optional.empty());
    }

    private static Optional<PreviousEnd> last(List<EpochRecord> epochs) {
        @Nullable EpochRecord newest = null;
        for (EpochRecord epoch : epochs) {
            if (epoch.lastTimestamp() != null && (newest == null || epoch.epoch() > newest.epoch())) {
                newest = epoch;
            }
        }
        if (newest == null || newest.lastTimestamp() == null) {
            return Optional.empty();
        }
        return Optional.of(new PreviousEnd(
                newest.epoch(), newest.lastTimestamp(), AgentCollector.STOPPED.equals(newest.closeReason())));
    }
}
