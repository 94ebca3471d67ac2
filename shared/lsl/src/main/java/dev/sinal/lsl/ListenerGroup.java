package dev.sinal.lsl;

import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who listens to one inlet: an owner and any number of consumers. Whoever joins an open inlet hears {@code opened} first.
 * A listener's mistake is logged and harms nobody else. All calls on one context; for those who implement {@link Inlet}.
 */
public final class ListenerGroup implements InletListener {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerGroup.class);

    private final List<InletListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable StreamInfo open;
    private boolean closed;

    public ListenerGroup(InletListener owner) {
        listeners.add(owner);
    }

    public void add(InletListener listener) {
        StreamInfo current = open;
        if (closed) {
            guarded(listener, InletListener::closed);
            return;
        }
        listeners.add(listener);
        if (current != null) {
            guarded(listener, each -> each.opened(current, false));
        }
    }

    /** Adds a listener without a buffer, from any thread. @param context on which all calls to this group are made */
    public Subscription subscribe(Context context, InletListener listener) {
        context.runOnContext(go -> add(listener));
        return new Subscription() {
            @Override
            public long dropped() {
                return 0;
            }

            @Override
            public int waiting() {
                return 0;
            }

            @Override
            public void close() {
                context.runOnContext(go -> remove(listener));
            }
        };
    }

    /** From any thread. */
    public void remove(InletListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void opened(StreamInfo full, boolean recovered) {
        open = full;
        tell(each -> each.opened(full, recovered));
    }

    @Override
    public void samples(SampleBatch batch) {
        for (InletListener each : listeners) {
            try {
                each.samples(batch);
            } catch (RuntimeException bug) {
                LOG.error("an inlet's listener failed: call=samples", bug);
            }
        }
    }

    @Override
    public void lost(String reason) {
        open = null;
        tell(each -> each.lost(reason));
    }

    @Override
    public void attemptFailed(String reason) {
        tell(each -> each.attemptFailed(reason));
    }

    @Override
    public void duplicate(List<StreamInfo> candidates) {
        tell(each -> each.duplicate(candidates));
    }

    @Override
    public void rateChanged(double before, double now) {
        tell(each -> each.rateChanged(before, now));
    }

    @Override
    public void clockReset(ClockReset reset) {
        tell(each -> each.clockReset(reset));
    }

    @Override
    public void stampsSuspect(SuspectStamps found) {
        tell(each -> each.stampsSuspect(found));
    }

    @Override
    public void warned(LslProtocolException what) {
        tell(each -> each.warned(what));
    }

    @Override
    public void probe(ClockProbe probe) {
        tell(each -> each.probe(probe));
    }

    @Override
    public void failed(LslException error) {
        tell(each -> each.failed(error));
    }

    @Override
    public void closed() {
        if (!closed) {
            closed = true;
            open = null;
            tell(InletListener::closed);
            listeners.clear();
        }
    }

    private void tell(Consumer<InletListener> call) {
        listeners.forEach(each -> guarded(each, call));
    }

    private static void guarded(InletListener listener, Consumer<InletListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException bug) {
            LOG.error("an inlet's listener failed", bug);
        }
    }
}
