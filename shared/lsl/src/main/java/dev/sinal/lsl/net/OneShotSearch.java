package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Asks every 0.5 s until enough streams are known or the time is over. */
final class OneShotSearch implements Discovery.Search {
    private static final long WAVE_MS = 500;

    private final Discovery discovery;
    private final String predicate;
    private final int minimum;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, StreamInfo> found = new LinkedHashMap<>();
    private final Promise<List<StreamInfo>> done = Promise.promise();
    private long waves = -1;

    private OneShotSearch(Discovery discovery, String predicate, int minimum) {
        this.discovery = discovery;
        this.predicate = predicate;
        this.minimum = minimum;
    }

    /** On the discovery context. */
    static Future<List<StreamInfo>> run(Discovery discovery, String predicate, int minimum, Duration timeout) {
        OneShotSearch search = new OneShotSearch(discovery, predicate, minimum);
        discovery.add(search);
        discovery.wave(search).onFailure(search.done::tryFail);
        search.waves = discovery
                .vertx()
                .setPeriodic(WAVE_MS, again -> discovery.wave(search).onFailure(search.done::tryFail));
        long limit = discovery
                .vertx()
                .setTimer(
                        Math.max(1, timeout.toMillis()),
                        over -> search.done.tryComplete(List.copyOf(search.found.values())));
        return search.done.future().onComplete(ended -> {
            discovery.vertx().cancelTimer(search.waves);
            discovery.vertx().cancelTimer(limit);
            discovery.remove(search);
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
            discovery.counters().repliesDropped.increment();
            return;
        }
        // The first answer came over the fastest route.
        found.putIfAbsent(info.uid(), info);
        if (minimum > 0 && found.size() >= minimum) {
            done.tryComplete(List.copyOf(found.values()));
        }
    }
}
