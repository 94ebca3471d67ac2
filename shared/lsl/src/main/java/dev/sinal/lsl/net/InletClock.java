package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockReset;
import dev.sinal.lsl.ClockSeries;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.post.ClockSteps;
import dev.sinal.lsl.post.PostProcessing;
import dev.sinal.lsl.post.PostProcessor;
import dev.sinal.lsl.post.StampCheck;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one inlet knows of its producer's clock, and what it makes of stamps. Used on the inlet's context; the series and the counters
 * from any thread.
 *
 * <p>With clocksync, samples wait for the end of the first wave of probes (0.64 s), so that the first ones come out on the local clock
 * too; not for longer, and not for more than {@link #MOST_HELD_BYTES}.
 */
public final class InletClock {
    static final long MOST_HELD_BYTES = 16L << 20;
    /** How far the wall clock may be from having gone on as the correction did, seconds. */
    private static final double SUSPEND_TOLERANCE_S = 1;

    private final PostProcessing how;
    private final Duration halftime;
    private final boolean probing;
    private final Counters counters;
    private final DoubleSupplier unixNow;
    private final InletListener listener;
    private final ClockSeries series = new ClockSeries();
    private final ClockSteps steps = new ClockSteps();
    private final StampCheck check;
    private final Deque<SampleBatch> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean holding;
    private double correction = Double.NaN;
    private double wallAhead = Double.NaN;
    private @Nullable PostProcessor processor;
    private double processorRate = Double.NaN;

    /** @param halftime of smoothing where {@code how} leaves it open @param probing whether there will be probes */
    public InletClock(
            PostProcessing how, Duration halftime, boolean probing, Counters counters, InletListener listener) {
        this(how, halftime, probing, counters, () -> System.currentTimeMillis() / 1e3, listener);
    }

    /** @param unixNow the wall clock, seconds since 1970 */
    InletClock(
            PostProcessing how,
            Duration halftime,
            boolean probing,
            Counters counters,
            DoubleSupplier unixNow,
            InletListener listener) {
        this.how = how;
        this.halftime = halftime;
        this.probing = probing;
        this.counters = counters;
        this.unixNow = unixNow;
        this.listener = listener;
        this.check = new StampCheck(found -> {
            counters.stampsSuspect.increment();
            listener.stampsSuspect(found);
        });
    }

    public ClockSeries series() {
        return series;
    }

    public long suspect(SuspectStamps.Kind kind) {
        return check.count(kind);
    }

    /** After the listener has heard of it. */
    public void opened(double rateHz, boolean recovered) {
        check.opened(rateHz);
        if (recovered) {
            boolean known = !Double.isNaN(correction);
            forget();
            if (known) {
                tell(new ClockReset(ClockReset.Cause.OUTLET_CHANGED, LslClock.now(), Double.NaN));
            }
        }
        if (how.any() && processorRate != rateHz) {
            processor = new PostProcessor(how, rateHz, halftime);
            processor.correction(correction);
            processorRate = rateHz;
        }
        holding = how.clocksync() && probing && Double.isNaN(correction);
    }

    private void forget() {
        series.reset();
        steps.reset();
        check.reset();
        correction = Double.NaN;
        PostProcessor current = processor;
        if (current != null) {
            current.reset();
        }
    }

    private void tell(ClockReset reset) {
        counters.clockResets.increment();
        listener.clockReset(reset);
    }

    /** A wave has ended. */
    public void probed(ClockProbe probe) {
        double wallAheadNow = unixNow.getAsDouble() - LslClock.now();
        if (probe.ok()) {
            double step = steps.add(probe);
            if (step != 0) {
                boolean suspended = Math.abs(wallAheadNow - wallAhead + step) < SUSPEND_TOLERANCE_S
                        && Math.abs(step) > 2 * SUSPEND_TOLERANCE_S;
                forget();
                steps.add(probe);
                series.add(probe);
                tell(new ClockReset(
                        suspended ? ClockReset.Cause.LOCAL_SUSPEND : ClockReset.Cause.REMOTE_STEP,
                        probe.measuredAt(),
                        step));
            } else {
                series.add(probe);
            }
            if (!steps.doubtful()) {
                wallAhead = wallAheadNow;
                correction = probe.correction();
            }
        } else {
            series.add(probe);
            counters.probesFailed.increment();
        }
        PostProcessor current = processor;
        if (current != null) {
            current.correction(correction);
        }
        check.correction(correction, LslClock.now());
        release();
        listener.probe(probe);
    }

    /** The next samples of the connection: handed on at once, or held for a moment. */
    public void samples(SampleBatch batch) {
        check.samples(batch.stamps(), batch.size(), correction, batch.receivedAt(), unixNow.getAsDouble());
        if (!holding) {
            handOn(batch);
            return;
        }
        held.add(batch.kept());
        heldBytes += batch.bytes();
        if (heldBytes > MOST_HELD_BYTES) {
            release();
        }
    }

    /** Nothing waits any longer: the connection has ended, or the wave. */
    public void release() {
        holding = false;
        heldBytes = 0;
        for (SampleBatch batch = held.poll(); batch != null; batch = held.poll()) {
            handOn(batch);
        }
    }

    private void handOn(SampleBatch batch) {
        PostProcessor current = processor;
        if (current == null) {
            listener.samples(batch);
            return;
        }
        double[] stamps = batch.stamps().clone();
        current.process(stamps, 0, batch.size());
        listener.samples(batch.withProcessed(stamps, current.corrected()));
    }
}
