package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Asks until enough streams are known and the least time has passed, or the time is over. */
final class OneShotSearch implements Discovery.Search {
    /** How long the answer on IPv4 may come later than the one on IPv6. */
    static final long GRACE_MS = 100;

    private final Discovery discovery;
    private final String predicate;
    private final int minimum;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, StreamInfo> found = new LinkedHashMap<>();
    private final Promise<List<StreamInfo>> done = Promise.promise();
    private boolean early;
    private long grace = -1;

    private OneShotSearch(Discovery discovery, String predicate, int minimum) {
        this.discovery = discovery;
        this.predicate = predicate;
        this.minimum = minimum;
    }

    /**
     * On the discovery context.
     *
     * @param minimum streams to find; 0 = all that answer in time
     * @param least shortest search
     */
    static Future<List<StreamInfo>> run(
            Discovery discovery, String predicate, int minimum, Duration least, Duration timeout) {
        OneShotSearch search = new OneShotSearch(discovery, predicate, minimum);
        discovery.add(search);
        Waves waves = Waves.start(discovery, search, 0, search.done::tryFail);
        return search.finish(least, timeout, waves);
    }

    private Future<List<StreamInfo>> finish(Duration least, Duration timeout, Waves waves) {
        var vertx = discovery.vertx();
        early = least.toMillis() > 0;
        long wait = vertx.setTimer(Math.max(1, least.toMillis()), passed -> {
            early = false;
            check();
        });
        long limit = vertx.setTimer(Math.max(1, timeout.toMillis()), over -> complete());
        return done.future().onComplete(ended -> {
            waves.stop();
            vertx.cancelTimer(wait);
            vertx.cancelTimer(limit);
            vertx.cancelTimer(grace);
            discovery.remove(this);
        });
    }

    @Override
    public String token() {
        return token;
    }

    @Override
    public String predicate() {
        return predicate;
    }

    @Override
    public void found(StreamInfo info) {
        if (found.size() >= discovery.config().limits().knownStreams() && !found.containsKey(info.uid())) {
            discovery.counters().streamsRefused.increment();
            return;
        }
        found.merge(info.uid(), info, Discovery::merged);
        check();
    }

    private void check() {
        if (minimum == 0 || early || found.size() < minimum || done.future().isComplete()) {
            return;
        }
        if (found.values().stream().allMatch(discovery::isComplete)) {
            complete();
        } else if (grace < 0) {
            grace = discovery.vertx().setTimer(GRACE_MS, late -> complete());
        }
    }

    private void complete() {
        done.tryComplete(List.copyOf(found.values()));
    }
}
