package dev.sinal.lsl;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands samples to a thread that asks for them, into the caller's arrays and without allocating. Give it to
 * {@link Lsl#openInlet} as the listener, or take one from {@link Inlet#puller}.
 *
 * <pre>{@code
 * SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
 * Inlet inlet = lsl.openInlet(info, InletOptions.defaults(), puller);
 * float[] values = new float[32 * info.channelCount()];
 * double[] stamps = new double[32];
 * int samples = puller.pull(values, stamps, 1, Duration.ofSeconds(1));
 * }</pre>
 *
 * <p>Values in another type than the stream's are converted: numbers as a Java cast does it, numbers to and from decimal text.
 * Pulling blocks, so it is not for event loops. Safe from any thread; each sample goes to one of the callers.
 */
public final class SamplePuller implements InletListener, Subscription {
    private final ConsumerOptions options;
    private final ArrayDeque<SampleBatch> batches = new ArrayDeque<>();
    private volatile @Nullable Subscription subscription;

    /** Samples of the first batch that are gone. */
    private int offset;

    private int samples;
    private long bytes;
    private long dropped;
    private int waiters;
    private int wanted;
    private boolean open;
    private String lastLoss = "";
    private @Nullable LslException ended;

    public SamplePuller(ConsumerOptions options) {
        this.options = options;
    }

    void of(Subscription source) {
        subscription = source;
    }

    /**
     * Takes the next samples, oldest first (with {@link ConsumerOptions.Policy#LATEST} the newest that fit).
     *
     * @param values room for whole samples, channel by channel
     * @param stamps room for their stamps, seconds on the producer's clock; at most this many samples are taken
     * @param atLeast wait for so many samples; 0 = do not wait
     * @param timeout longest wait; then what is there is taken
     * @return how many samples were taken, 0 if none came in time
     * @throws LslException if nothing is left and nothing more will come: the inlet has failed, is lost for good, or is closed
     * @throws IllegalArgumentException if {@code values} has no room for one sample
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public int pull(float[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    /** As {@link #pull(float[], double[], int, Duration)}. */
    public int pull(double[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    /** As {@link #pull(float[], double[], int, Duration)}. */
    public int pull(int[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    /** As {@link #pull(float[], double[], int, Duration)}. */
    public int pull(short[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    /** As {@link #pull(float[], double[], int, Duration)}. */
    public int pull(byte[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    /** As {@link #pull(float[], double[], int, Duration)}. */
    public int pull(long[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    /** As {@link #pull(float[], double[], int, Duration)}; the texts themselves are shared, not copied. */
    public int pull(String[] values, double[] stamps, int atLeast, Duration timeout) throws InterruptedException {
        return take(values, values.length, stamps, atLeast, timeout);
    }

    private synchronized int take(Object values, int length, double[] stamps, int atLeast, Duration timeout)
            throws InterruptedException {
        await(Math.min(atLeast, stamps.length), timeout);
        SampleBatch first = batches.peek();
        if (first == null) {
            LslException over = ended;
            if (over != null) {
                throw new LslException(over.getMessage(), over);
            }
            return 0;
        }
        int channels = first.channels();
        int room = Math.min(stamps.length, length / channels);
        if (room == 0) {
            throw new IllegalArgumentException("no room for one sample of " + channels + " channels");
        }
        if (options.policy() == ConsumerOptions.Policy.LATEST && samples > room) {
            drop(samples - room);
        }
        int taken = 0;
        while (taken < room && !batches.isEmpty()) {
            SampleBatch batch = batches.element();
            int some = Math.min(room - taken, batch.size() - offset);
            batch.copyTo(offset, some, values, taken, stamps);
            taken += some;
            skip(batch, some);
        }
        return taken;
    }

    private void await(int atLeast, Duration timeout) throws InterruptedException {
        int enough = Math.min(atLeast, options.maxSamples());
        if (samples >= enough || ended != null) {
            return;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        wanted = waiters == 0 ? enough : Math.min(wanted, enough);
        waiters++;
        try {
            for (long left = timeout.toNanos();
                    left > 0 && samples < enough && ended == null;
                    left = deadline - System.nanoTime()) {
                // Rounded up: waiting 0 ms would be for ever.
                wait((left + 999_999) / 1_000_000);
            }
        } finally {
            waiters--;
        }
    }

    private void skip(SampleBatch batch, int some) {
        samples -= some;
        offset += some;
        if (offset == batch.size()) {
            batches.remove();
            bytes -= batch.bytes();
            offset = 0;
        }
    }

    private void drop(int count) {
        dropped += count;
        for (int left = count; left > 0; ) {
            SampleBatch oldest = batches.element();
            int some = Math.min(left, oldest.size() - offset);
            left -= some;
            skip(oldest, some);
        }
    }

    /** Drops everything that waits; it counts as dropped. */
    public synchronized int flush() {
        int gone = samples;
        drop(gone);
        return gone;
    }

    /** Waits until the inlet is open. Returns false after the timeout. */
    public synchronized boolean awaitOpen(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); left > 0 && !open && ended == null; left = deadline - System.nanoTime()) {
            wait((left + 999_999) / 1_000_000);
        }
        if (!open && ended != null) {
            throw new LslException(ended.getMessage(), ended);
        }
        return open;
    }

    @Override
    public synchronized long dropped() {
        return dropped;
    }

    @Override
    public synchronized int waiting() {
        return samples;
    }

    /** Takes no more samples; what waits can still be pulled. Its inlet stays open. */
    @Override
    public void close() {
        end(new LslException("the puller is closed"));
        Subscription source = subscription;
        if (source != null) {
            source.close();
        }
    }

    @Override
    public synchronized void samples(SampleBatch batch) {
        if (ended != null) {
            return;
        }
        long size = batch.bytes();
        while (!batches.isEmpty() && bytes + size > options.maxBytes()) {
            drop(batches.element().size() - offset);
        }
        batches.add(batch.kept());
        bytes += size;
        samples += batch.size();
        if (samples > options.maxSamples()) {
            drop(samples - options.maxSamples());
        }
        if (waiters > 0 && samples >= wanted) {
            notifyAll();
        }
    }

    @Override
    public synchronized void opened(StreamInfo full, boolean recovered) {
        open = true;
        notifyAll();
    }

    @Override
    public synchronized void lost(String reason) {
        open = false;
        lastLoss = reason;
    }

    @Override
    public void failed(LslException error) {
        end(error);
    }

    @Override
    public void closed() {
        end(new LslException(open || lastLoss.isEmpty() ? "the inlet is closed" : "the stream is lost: " + lastLoss));
    }

    private synchronized void end(LslException why) {
        open = false;
        if (ended == null) {
            ended = why;
        }
        notifyAll();
    }
}
