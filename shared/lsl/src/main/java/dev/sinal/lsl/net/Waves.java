package dev.sinal.lsl.net;

import io.vertx.core.Future;
import io.vertx.core.Handler;

/** When a search asks: at once, then again and again, a few times without the pause of searches that go on for ever. */
final class Waves {
    private static final int EAGER = 6;

    private final Discovery discovery;
    private final Discovery.Search search;
    private final long periodMs;
    private final long pauseMs;
    private final Handler<Throwable> noSocket;
    private int sent;
    private long timer = -1;
    private boolean stopped;

    /** @param pauseMs added between the waves after the first ones */
    private Waves(Discovery discovery, Discovery.Search search, long pauseMs, Handler<Throwable> noSocket) {
        this.discovery = discovery;
        this.search = search;
        this.periodMs = Math.max(1, discovery.periodMs());
        this.pauseMs = pauseMs;
        this.noSocket = noSocket;
    }

    /** On the discovery context. */
    static Waves start(Discovery discovery, Discovery.Search search, long pauseMs, Handler<Throwable> noSocket) {
        Waves waves = new Waves(discovery, search, pauseMs, noSocket);
        waves.next();
        return waves;
    }

    private void next() {
        if (stopped || discovery.isClosed()) {
            return;
        }
        Future<Void> asked = discovery.wave(search);
        asked.onFailure(noSocket);
        long wait = periodMs + (++sent < EAGER ? 0 : pauseMs);
        timer = discovery.vertx().setTimer(wait, again -> next());
    }

    void stop() {
        stopped = true;
        discovery.vertx().cancelTimer(timer);
    }
}
