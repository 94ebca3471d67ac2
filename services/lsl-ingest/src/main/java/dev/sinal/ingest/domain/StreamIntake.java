package dev.sinal.ingest.domain;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.EpochIds;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.post.StampBasis;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the samples of one stream between inlet and log: they get their time, their epoch and number, and are cut into blocks;
 * whatever is missing becomes a gap. Not safe for several threads.
 *
 * <p>Stamps that go back by more than {@link #BACK_S} open another epoch; less is jitter of the sender and is kept as it is.
 */
public final class StreamIntake {
    /** Longest wait for the first clock probe, seconds. */
    public static final double PROBE_WAIT_S = 2;
    /** How far stamps may go back within an epoch, seconds. */
    public static final double BACK_S = 1;

    private static final double DAY_S = StampBasis.NEAR_S;
    private static final double PROBE_FRESH_S = 60;
    private static final int MOST_HELD = 200_000;

    /** Told what comes out, in order. */
    public interface Sink {
        /** Another epoch begins. @param reason why, e.g. {@code opened}, {@code clock_reset} */
        void epochOpened(long epoch, String reason);

        /** To be logged and stored. */
        void stored(SampleBlock block);

        /** To be shown at once; the same samples under the same numbers. */
        void live(SampleBlock block);

        void gap(GapFinding gap);

        /** Nothing more of this epoch will come. */
        void epochClosed(long epoch, long lastSeq, String reason);
    }

    private record Held(SampleBatch batch, Moment arrival) {}

    /** Something is missing since a sample. */
    private record Open(long epoch, long from, String cause, String evidence) {}

    private final String streamId;
    private final double rateHz;
    private final ChannelFormat format;
    private final RandomGenerator random;
    private final Sink sink;
    private final StampJumps jumps;
    private final List<Held> held = new ArrayList<>();

    private int[] columns = {};
    private long epoch;
    private @Nullable Chunker chunker;
    private @Nullable Chunker liveChunker;
    private @Nullable TimeBasis basis;
    private @Nullable ClockTrack clock;
    private @Nullable ClockProbe lastGood;
    private int heldSamples;
    private double connectedAt;
    private double lastRaw = Double.NaN;
    private long lastUtc = Long.MIN_VALUE;
    private @Nullable Open open;
    private long refusedSamples;
    private long refusedFrom;
    private long refusedEpoch;
    private long acceptedUtc = Long.MIN_VALUE;

    /** @param previous how the last collection of the stream ended, if any is known */
    public StreamIntake(
            String streamId,
            double rateHz,
            ChannelFormat format,
            @Nullable PreviousEnd previous,
            RandomGenerator random,
            Sink sink) {
        this.streamId = streamId;
        this.rateHz = rateHz;
        this.format = format;
        this.random = random;
        this.sink = sink;
        this.jumps = new StampJumps(rateHz, sink::gap);
        if (previous != null) {
            epoch = previous.epoch();
            if (!previous.onPurpose()) {
                open = new Open(
                        previous.epoch(),
                        previous.lastTimestamp(),
                        GapFinding.COLLECTOR_DOWN,
                        "the last sample known before this collector started");
            }
        }
    }

    /**
     * The feed is there, for the first time or again.
     *
     * @param collected channels that are collected
     * @param recovered by another outlet than before
     */
    public void opened(int[] collected, boolean recovered, Moment now) {
        endEpoch(recovered ? GapFinding.OUTLET_RESTART : GapFinding.DISCONNECTED, now);
        lastRaw = Double.NaN;
        jumps.restart(now.lsl());
        if (recovered && open != null && open.cause().equals(GapFinding.DISCONNECTED)) {
            open = new Open(open.epoch(), open.from(), GapFinding.OUTLET_RESTART, open.evidence());
            lastGood = null; // another process may be on another machine's clock
        }
        columns = collected.clone();
        connectedAt = now.lsl();
        clock = null;
        basis = null;
        beginEpoch("opened", now);
    }

    /** The feed is gone. */
    public void lost(String reason, Moment now) {
        decideIfHeld(now);
        jumps.restart(now.lsl());
        endEpoch(GapFinding.DISCONNECTED, now);
        if (open == null && lastUtc != Long.MIN_VALUE) {
            open = new Open(epoch, lastUtc, GapFinding.DISCONNECTED, reason);
        }
    }

    public void samples(SampleBatch batch, Moment now) {
        if (chunker == null) {
            beginEpoch("resumed", now);
        }
        if (basis == null) {
            held.add(new Held(batch, now));
            heldSamples += batch.size();
            ClockProbe probe = lastGood;
            if (probe != null && probe.measuredAt() >= connectedAt) {
                decide(now);
            } else if (heldSamples > MOST_HELD) {
                decide(now);
            }
            return;
        }
        feed(batch, now);
    }

    /** The outcome of a wave of probes. */
    public void probe(ClockProbe probe, Moment now) {
        if (!probe.ok()) {
            return;
        }
        lastGood = probe;
        if (basis == null) {
            decideIfHeld(now);
        } else if (basis == TimeBasis.ARRIVAL) {
            nextEpoch("clock_found", now);
            basis = null; // decided anew with the next samples
            jumps.restart(now.lsl());
        } else if (basis == TimeBasis.LSL && clock != null && clock.add(offset(probe, now), probe.rtt())) {
            nextEpoch(GapFinding.CLOCK_RESET, now);
            clock = new ClockTrack(offset(probe, now), probe.rtt());
        }
    }

    /** The wall clock of this machine has jumped, or the machine was suspended. Whether samples are missing, their raw stamps say. */
    public void wallJumped(Moment now) {
        if (chunker == null || basis == null) {
            return;
        }
        nextEpoch(GapFinding.CLOCK_RESET, now);
        ClockProbe probe = lastGood;
        if (basis == TimeBasis.LSL && probe != null) {
            clock = new ClockTrack(offset(probe, now), probe.rtt());
        }
    }

    /** To be called every few tens of milliseconds: closes what has waited long enough. */
    public void tick(Moment now) {
        if (basis == null
                && !held.isEmpty()
                && now.lsl() - held.get(0).arrival().lsl() >= PROBE_WAIT_S) {
            decide(now);
        }
        if (chunker != null && liveChunker != null) {
            chunker.closeIfDue(now.lsl());
            liveChunker.closeIfDue(now.lsl());
        }
        jumps.tick(now.lsl());
    }

    /** The log took a block. */
    public void accepted(long blockEpoch, long firstUtc, long lastAcceptedUtc) {
        if (refusedSamples > 0 && blockEpoch > refusedEpoch) {
            tellRefused(firstUtc);
        }
        acceptedUtc = Math.max(acceptedUtc, lastAcceptedUtc);
    }

    /** The log did not take a block: its samples are gone, and its epoch cannot go on. */
    public void refused(long blockEpoch, int samples, long firstUtc, Moment now) {
        if (refusedSamples == 0) {
            refusedFrom = acceptedUtc == Long.MIN_VALUE ? firstUtc - 1 : acceptedUtc;
        }
        refusedSamples += samples;
        refusedEpoch = blockEpoch;
        if (blockEpoch == epoch && chunker != null) {
            nextEpoch(GapFinding.LOG_FULL, now);
        }
    }

    /** Another node has collected the stream until now: nothing is missing since the last sample that was known at the beginning. */
    public void continued() {
        Open missing = open;
        if (missing != null && missing.cause().equals(GapFinding.COLLECTOR_DOWN)) {
            open = null;
        }
    }

    /** Samples refused and not yet told of as a gap. */
    public long refusedNow() {
        return refusedSamples;
    }

    /** Ends the collection. Everything received is cut and told. */
    public void close(String reason, Moment now) {
        decideIfHeld(now);
        jumps.restart(now.lsl());
        endEpoch(reason, now);
        Open missing = open;
        if (missing != null && !missing.cause().equals(GapFinding.COLLECTOR_DOWN)) {
            sink.gap(new GapFinding(
                    missing.epoch(),
                    missing.from(),
                    now.utc(),
                    GapFinding.between(missing.from(), now.utc(), rateHz),
                    missing.cause(),
                    missing.evidence() + "; not back when the collection ended"));
            open = null;
        }
        if (refusedSamples > 0) {
            tellRefused(now.utc());
        }
    }

    private void tellRefused(long to) {
        sink.gap(new GapFinding(
                refusedEpoch,
                refusedFrom,
                to,
                refusedSamples,
                GapFinding.LOG_FULL,
                refusedSamples + " samples refused by the log"));
        refusedSamples = 0;
    }

    /** The epoch now; 0 before the first. */
    public long epoch() {
        return epoch;
    }

    /** Of the last sample given a time, UTC ns; null before the first. */
    public @Nullable Long lastSample() {
        return lastUtc == Long.MIN_VALUE ? null : lastUtc;
    }

    public @Nullable ClockProbe lastGoodProbe() {
        return lastGood;
    }

    public @Nullable TimeBasis basis() {
        return basis;
    }

    private void decideIfHeld(Moment now) {
        if (basis == null && !held.isEmpty()) {
            decide(now);
        }
    }

    /** Settles what the stamps of this epoch mean, and lets the held samples go. */
    private void decide(Moment now) {
        ClockProbe probe = lastGood;
        if (probe != null && now.lsl() - probe.measuredAt() > PROBE_FRESH_S) {
            probe = null;
        }
        double raw = firstFinite();
        double correction = probe == null ? Double.NaN : probe.correction();
        if (StampBasis.of(raw, correction, now.lsl(), now.utc() / 1e9) == StampBasis.UNIX) {
            basis = TimeBasis.UNIX;
        } else if (probe != null && !Double.isNaN(raw)) {
            basis = TimeBasis.LSL;
            clock = new ClockTrack(offset(probe, now), probe.rtt());
        } else {
            basis = TimeBasis.ARRIVAL;
        }
        List<Held> waiting = List.copyOf(held);
        held.clear();
        heldSamples = 0;
        waiting.forEach(one -> feed(one.batch(), one.arrival()));
    }

    private double firstFinite() {
        for (Held one : held) {
            for (double stamp : one.batch().stamps()) {
                if (Double.isFinite(stamp)) {
                    return stamp;
                }
            }
        }
        return Double.NaN;
    }

    private static long offset(ClockProbe probe, Moment now) {
        return Math.round(probe.correction() * 1e9) + now.wallAhead();
    }

    private void feed(SampleBatch batch, Moment arrival) {
        for (int i = 0; i < batch.size(); i++) {
            double raw = batch.stamp(i);
            if (lastRaw - raw > BACK_S && basis != TimeBasis.ARRIVAL) {
                nextEpoch(GapFinding.CLOCK_RESET, arrival);
                lastRaw = Double.NaN;
                jumps.restart(arrival.lsl());
            }
            long arrived = arrivalOf(batch, i, arrival);
            TimeBasis sampleBasis = basis == null ? TimeBasis.ARRIVAL : basis;
            long utc = utc(raw, sampleBasis);
            if (utc == Long.MIN_VALUE || Math.abs(utc - arrived) > DAY_S * 1e9) {
                sampleBasis = TimeBasis.ARRIVAL;
                utc = arrived;
            }
            noteGaps(raw, utc, sampleBasis, arrival);
            Chunker stored = chunker;
            Chunker live = liveChunker;
            if (stored == null || live == null) {
                throw new IllegalStateException("samples outside an epoch");
            }
            stored.add(batch, i, utc, sampleBasis, arrival.lsl());
            live.add(batch, i, utc, sampleBasis, arrival.lsl());
            if (Double.isFinite(raw)) {
                lastRaw = raw;
            }
            lastUtc = utc;
        }
        if (liveChunker != null && (rateHz <= 20 || format.isText())) {
            liveChunker.close(); // slow enough to show every sample at once
        }
    }

    /** @return {@code Long.MIN_VALUE} when the stamp says nothing */
    private long utc(double raw, TimeBasis sampleBasis) {
        if (!Double.isFinite(raw) || Math.abs(raw) > 9e9 || sampleBasis == TimeBasis.ARRIVAL) {
            return Long.MIN_VALUE;
        }
        ClockTrack track = clock;
        return sampleBasis == TimeBasis.UNIX || track == null ? Math.round(raw * 1e9) : track.toUtc(raw);
    }

    /** A batch of a regular stream arrives at once, but was not made at once: its last sample is the newest. Never before the last. */
    private long arrivalOf(SampleBatch batch, int i, Moment arrival) {
        long behind = rateHz > 0 ? Math.round((batch.size() - 1 - i) / rateHz * 1e9) : 0;
        long at = arrival.utc() - behind;
        return basis == TimeBasis.ARRIVAL && lastUtc >= at && lastUtc - at < DAY_S * 1e9 ? lastUtc + 1 : at;
    }

    private void noteGaps(double raw, long utc, TimeBasis sampleBasis, Moment arrival) {
        Open missing = open;
        if (missing != null) {
            open = null;
            if (GapFinding.wide(missing.from(), utc, rateHz)) {
                sink.gap(new GapFinding(
                        missing.epoch(),
                        missing.from(),
                        utc,
                        GapFinding.between(missing.from(), utc, rateHz),
                        missing.cause(),
                        missing.evidence()));
            }
        }
        if (sampleBasis != TimeBasis.ARRIVAL && basis != TimeBasis.ARRIVAL) {
            jumps.sample(epoch, raw, utc, arrival.lsl());
        }
    }

    private void nextEpoch(String reason, Moment now) {
        endEpoch(reason, now);
        beginEpoch(reason, now);
    }

    private void beginEpoch(String reason, Moment now) {
        epoch = EpochIds.next(now.utc() / 1_000_000, epoch, random);
        chunker = new Chunker(ChunkRules.STORED, streamId, epoch, format, columns, sink::stored);
        liveChunker = new Chunker(ChunkRules.LIVE, streamId, epoch, format, columns, sink::live);
        sink.epochOpened(epoch, reason);
    }

    private void endEpoch(String reason, Moment now) {
        Chunker ending = chunker;
        if (ending == null || liveChunker == null) {
            return;
        }
        ending.close();
        liveChunker.close();
        chunker = null;
        liveChunker = null;
        lastRaw = reason.equals(GapFinding.DISCONNECTED) || reason.equals(GapFinding.OUTLET_RESTART)
                ? Double.NaN
                : lastRaw;
        sink.epochClosed(epoch, ending.lastSeq(), reason);
    }
}
