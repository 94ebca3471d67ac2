package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for ever, and forgets streams that stay silent. */
final class ContinuousSearch implements Discovery.Search, StreamWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ContinuousSearch.class);
    private static final long CHECK_MS = 250;

    private final Discovery discovery;
    private final String predicate;
    private final long forgetNanos;
    private final Listener listener;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, Known> known = new LinkedHashMap<>();
    private volatile List<StreamInfo> snapshot = List.of();
    private volatile boolean closed;
    private @Nullable Waves waves;
    private long timer = -1;
    private boolean complained;

    private static final class Known {
        StreamInfo info;
        long lastAnswer;
        boolean announced;

        Known(StreamInfo info) {
            this.info = info;
        }
    }

    private ContinuousSearch(Discovery discovery, String predicate, Duration forgetAfter, Listener listener) {
        this.discovery = discovery;
        this.predicate = predicate;
        long rounds = 2 * (discovery.periodMs() + pauseMs(discovery));
        this.forgetNanos = Math.max(forgetAfter.toNanos(), rounds * 1_000_000L);
        this.listener = listener;
    }

    private static long pauseMs(Discovery discovery) {
        return discovery.config().tuning().continuousResolveInterval().toMillis();
    }

    /** @param forgetAfter at least two rounds of questions are waited for */
    static ContinuousSearch start(Discovery discovery, String predicate, Duration forgetAfter, Listener listener) {
        ContinuousSearch search = new ContinuousSearch(discovery, predicate, forgetAfter, listener);
        discovery.context().runOnContext(go -> search.begin());
        return search;
    }

    private void begin() {
        if (closed || discovery.isClosed()) {
            return;
        }
        discovery.add(this);
        waves = Waves.start(discovery, this, pauseMs(discovery), noSocket -> {
            if (!complained) {
                complained = true;
                LOG.warn("discovery has no socket, will try again", noSocket);
            }
        });
        timer = discovery.vertx().setPeriodic(CHECK_MS, tick -> forget());
    }

    private void forget() {
        if (closed || discovery.isClosed()) {
            discovery.vertx().cancelTimer(timer);
            return;
        }
        long now = System.nanoTime();
        List<StreamInfo> silent = new ArrayList<>();
        known.values().removeIf(each -> {
            boolean gone = now - each.lastAnswer > forgetNanos;
            if (gone && each.announced) {
                silent.add(each.info);
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
        Known each = known.get(info.uid());
        if (each == null) {
            if (known.size() >= discovery.config().limits().knownStreams()) {
                discovery.counters().streamsRefused.increment();
                return;
            }
            each = new Known(info);
            known.put(info.uid(), each);
        }
        each.lastAnswer = System.nanoTime();
        StreamInfo merged = Discovery.merged(each.info, info);
        boolean changed = !merged.equals(each.info);
        each.info = merged;
        if (!each.announced) {
            announceSoon(each);
        } else if (changed) {
            publish();
        }
    }

    /** IPv4 is preferred where there is a choice, and its answer may be a little later. */
    private void announceSoon(Known each) {
        if (discovery.isComplete(each.info)) {
            announce(each);
        } else {
            discovery.vertx().setTimer(OneShotSearch.GRACE_MS, late -> announce(each));
        }
    }

    private void announce(Known each) {
        if (!each.announced && known.get(each.info.uid()) == each) {
            each.announced = true;
            publish();
            tell(() -> listener.appeared(each.info));
        }
    }

    private void publish() {
        snapshot = known.values().stream()
                .filter(each -> each.announced)
                .map(each -> each.info)
                .toList();
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
            if (waves != null) {
                waves.stop();
            }
            discovery.vertx().cancelTimer(timer);
            discovery.remove(this);
        });
    }
}
