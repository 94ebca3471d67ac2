package dev.sinal.lsl;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands between an inlet and a consumer that may be slow: whole batches are dropped when too much waits, other calls hardly ever. */
final class BufferedConsumer implements InletListener, Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(BufferedConsumer.class);
    private static final int MAX_EVENTS = 1_024;
    private static final int TURN = 64;

    private final ConsumerOptions options;
    private final Executor executor;
    private final InletListener consumer;
    /** {@link SampleBatch} or {@link Runnable}, oldest first. */
    private final ArrayDeque<Object> entries = new ArrayDeque<>();

    private volatile Subscription subscription = NONE;
    private int samples;
    private long bytes;
    private int events;
    private long dropped;
    private boolean scheduled;
    private boolean closed;

    private static final Subscription NONE = new Subscription() {
        @Override
        public long dropped() {
            return 0;
        }

        @Override
        public int waiting() {
            return 0;
        }

        @Override
        public void close() {}
    };

    BufferedConsumer(ConsumerOptions options, Executor executor, InletListener consumer) {
        this.options = options;
        this.executor = executor;
        this.consumer = consumer;
    }

    Subscription of(Subscription source) {
        subscription = source;
        return this;
    }

    @Override
    public void samples(SampleBatch whole) {
        synchronized (this) {
            if (closed) {
                return;
            }
            int tooMany = Math.max(0, whole.size() - options.maxSamples());
            SampleBatch batch = tooMany == 0 ? whole.kept() : whole.part(tooMany, whole.size());
            dropped += tooMany;
            long size = batch.bytes();
            boolean newestOnly = options.policy() == ConsumerOptions.Policy.LATEST;
            while (samples > 0
                    && (newestOnly
                            || samples + batch.size() > options.maxSamples()
                            || bytes + size > options.maxBytes())) {
                dropOldest();
            }
            entries.add(batch);
            samples += batch.size();
            bytes += size;
        }
        schedule();
    }

    private void dropOldest() {
        for (Iterator<Object> each = entries.iterator(); each.hasNext(); ) {
            if (each.next() instanceof SampleBatch batch) {
                each.remove();
                taken(batch);
                dropped += batch.size();
                return;
            }
        }
    }

    private void taken(SampleBatch batch) {
        samples -= batch.size();
        bytes -= batch.bytes();
    }

    private void event(Runnable call) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (events == MAX_EVENTS) {
                for (Iterator<Object> each = entries.iterator(); each.hasNext(); ) {
                    if (each.next() instanceof Runnable) {
                        each.remove();
                        events--;
                        break;
                    }
                }
            }
            entries.add(call);
            events++;
        }
        schedule();
    }

    private void schedule() {
        synchronized (this) {
            if (scheduled || closed) {
                return;
            }
            scheduled = true;
        }
        try {
            executor.execute(this::deliver);
        } catch (RejectedExecutionException stopped) {
            close();
        }
    }

    /** Not for ever at once: an event loop has other things to do. */
    private void deliver() {
        for (int i = 0; i < TURN; i++) {
            Object next = take();
            if (next == null) {
                return;
            }
            try {
                if (next instanceof SampleBatch batch) {
                    consumer.samples(batch);
                } else {
                    ((Runnable) next).run();
                }
            } catch (RuntimeException bug) {
                LOG.error("an inlet's consumer failed", bug);
            }
        }
        synchronized (this) {
            scheduled = false;
        }
        schedule();
    }

    private synchronized @Nullable Object take() {
        Object next = closed ? null : entries.poll();
        if (next == null) {
            scheduled = false;
        } else if (next instanceof SampleBatch batch) {
            taken(batch);
        } else {
            events--;
        }
        return next;
    }

    @Override
    public synchronized long dropped() {
        return dropped;
    }

    @Override
    public synchronized int waiting() {
        return samples;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            entries.clear();
            samples = 0;
            bytes = 0;
        }
        subscription.close();
    }

    @Override
    public void opened(StreamInfo full, boolean recovered) {
        event(() -> consumer.opened(full, recovered));
    }

    @Override
    public void lost(String reason) {
        event(() -> consumer.lost(reason));
    }

    @Override
    public void attemptFailed(String reason) {
        event(() -> consumer.attemptFailed(reason));
    }

    @Override
    public void duplicate(List<StreamInfo> candidates) {
        event(() -> consumer.duplicate(candidates));
    }

    @Override
    public void rateChanged(double before, double now) {
        event(() -> consumer.rateChanged(before, now));
    }

    @Override
    public void clockReset(ClockReset reset) {
        event(() -> consumer.clockReset(reset));
    }

    @Override
    public void stampsSuspect(SuspectStamps found) {
        event(() -> consumer.stampsSuspect(found));
    }

    @Override
    public void warned(LslProtocolException what) {
        event(() -> consumer.warned(what));
    }

    @Override
    public void probe(ClockProbe probe) {
        event(() -> consumer.probe(probe));
    }

    @Override
    public void failed(LslException error) {
        event(() -> consumer.failed(error));
    }

    @Override
    public void closed() {
        event(consumer::closed);
    }
}
