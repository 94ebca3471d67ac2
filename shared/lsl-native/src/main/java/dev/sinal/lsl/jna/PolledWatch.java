package dev.sinal.lsl.jna;

import com.sun.jna.Pointer;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamWatch;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A native continuous search, looked at four times a second. The lock keeps it from being freed while it is looked at. */
final class PolledWatch implements StreamWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PolledWatch.class);
    private static final long LOOK_MS = 250;

    private final NativeLsl node;
    private final Context context;
    private final Duration forgetAfter;
    private final Listener listener;
    private final Map<String, StreamInfo> streams = new LinkedHashMap<>();
    private @Nullable Pointer resolver;
    private @Nullable ScheduledFuture<?> look;
    private boolean closed;

    PolledWatch(NativeLsl node, Context context, Duration forgetAfter, Listener listener) {
        this.node = node;
        this.context = context;
        this.forgetAfter = forgetAfter;
        this.listener = listener;
    }

    void start(String predicate) {
        node.work().run(() -> {
            begin(predicate);
            return null;
        });
    }

    private synchronized void begin(String predicate) {
        if (closed) {
            return;
        }
        Pointer made = Calls.lsl_create_continuous_resolver_bypred(Texts.utf8(predicate), forgetAfter.toNanos() / 1e9);
        if (made == null) {
            LOG.error("the native library could not search: predicate={}", predicate);
            return;
        }
        resolver = made;
        look = node.work().every(LOOK_MS, this::look);
    }

    private synchronized void look() {
        Pointer open = resolver;
        if (open == null) {
            return;
        }
        Map<String, StreamInfo> now = new LinkedHashMap<>();
        node.known().results(open).forEach(info -> now.put(info.uid(), info));
        List<StreamInfo> gone = new ArrayList<>(streams.values());
        gone.removeIf(info -> now.containsKey(info.uid()));
        gone.forEach(info -> streams.remove(info.uid()));
        List<StreamInfo> fresh = new ArrayList<>(now.values());
        fresh.removeIf(info -> streams.putIfAbsent(info.uid(), info) != null);
        if (!gone.isEmpty() || !fresh.isEmpty()) {
            context.runOnContext(go -> tell(fresh, gone));
        }
    }

    private void tell(List<StreamInfo> fresh, List<StreamInfo> gone) {
        for (StreamInfo info : gone) {
            if (!isClosed()) {
                listener.vanished(info);
            }
        }
        for (StreamInfo info : fresh) {
            if (!isClosed()) {
                listener.appeared(info);
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized List<StreamInfo> streams() {
        return List.copyOf(streams.values());
    }

    /** The native search ends in the background: its threads take a moment. */
    @Override
    public synchronized void close() {
        closed = true;
        node.forget(this);
        ScheduledFuture<?> looking = look;
        if (looking != null) {
            looking.cancel(false);
        }
        Pointer open = resolver;
        resolver = null;
        if (open != null) {
            node.work().run(() -> {
                Calls.lsl_destroy_continuous_resolver(open);
                return null;
            });
        }
    }
}
