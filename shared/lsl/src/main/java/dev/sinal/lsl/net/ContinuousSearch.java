package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamWatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every 0.5 s at first, then every second, and forgets streams that stay silent for 5 s. */
final class ContinuousSearch implements Discovery.Search, StreamWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ContinuousSearch.class);
    private static final long WAVE_MS = 500;
    private static final int EAGER_WAVES = 6;
    private static final long FORGET_NANOS = 5_000_000_000L;

    private final Discovery discovery;
    private final String predicate;
    private final Listener listener;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, Known> known = new LinkedHashMap<>();
    private volatile List<StreamInfo> snapshot = List.of();
    private volatile boolean closed;
    private long timer = -1;
    private long ticks;

    private record Known(StreamInfo info, long lastAnswer) {}

    private ContinuousSearch(Discovery discovery, String predicate, Listener listener) {
        this.discovery = discovery;
        this.predicate = predicate;
        this.listener = listener;
    }

    static ContinuousSearch start(Discovery discovery, String predicate, Listener listener) {
        ContinuousSearch search = new ContinuousSearch(discovery, predicate, listener);
        discovery.context().runOnContext(go -> search.begin());
        return search;
    }

    private void begin() {
        if (closed || discovery.isClosed()) {
            return;
        }
        discovery.add(this);
        discovery.wave(this).onFailure(noSocket -> LOG.warn("discovery has no socket, will try again", noSocket));
        timer = discovery.vertx().setPeriodic(WAVE_MS, tick -> tick());
    }

    private void tick() {
        if (closed || discovery.isClosed()) {
            discovery.vertx().cancelTimer(timer);
            return;
        }
        ticks++;
        if (ticks < EAGER_WAVES || ticks % 2 == 0) {
            discovery.wave(this);
        }
        forget();
    }

    private void forget() {
        long now = System.nanoTime();
        List<StreamInfo> silent = new ArrayList<>();
        known.values().removeIf(each -> {
            boolean gone = now - each.lastAnswer() > FORGET_NANOS;
            if (gone) {
                silent.add(each.info());
            }
            return gone;
        });
        if (!silent.isEmpty()) {
            publish();
            silent.forEach(info -> tell(() -> listener.vanished(info)));
        }
    }

    @Override
    public void found(StreamInfo info) {
        if (closed) {
            return;
        }
        Known before = known.get(info.uid());
        if (before == null && known.size() >= discovery.config().limits().knownStreams()) {
            discovery.counters().repliesDropped.increment();
            return;
        }
        // The first answer came over the fastest route: later ones only prove that the stream lives.
        known.put(info.uid(), new Known(before == null ? info : before.info(), System.nanoTime()));
        if (before == null) {
            publish();
            tell(() -> listener.appeared(info));
        }
    }

    private void publish() {
        snapshot = known.values().stream().map(Known::info).toList();
    }

    private void tell(Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException bug) {
            LOG.error("a stream watch's listener failed", bug);
        }
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
    public List<StreamInfo> streams() {
        return snapshot;
    }

    @Override
    public void close() {
        closed = true;
        discovery.context().runOnContext(go -> {
            discovery.vertx().cancelTimer(timer);
            discovery.remove(this);
        });
    }
}
