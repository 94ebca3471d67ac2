package dev.sinal.ingest.domain;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the intake of a stream while the stream changes its node. Both nodes read the outlet then; they agree on a cut, a raw stamp a little
 * ahead: the one that goes keeps what is stamped before it, the one that comes what is stamped later. So nothing is missing and nothing twice,
 * whatever the network does to either of them. Without an agreement the one that comes keeps all it has: rather twice than not at all.
 *
 * <p>A sample without a stamp belongs to the side of the sample before it. Not safe for several threads.
 */
public final class StreamGate {
    /** How far ahead a cut is, seconds: as long as an agreement may take. */
    static final double LEAD_S = 1.5;
    /** Samples are looked at for so long before a cut is chosen: the first stamps of a connection may be odd. */
    private static final double LOOK_S = 0.3;
    /** A stream that says nothing is given so long before its clock alone decides, seconds. */
    private static final double QUIET_S = 1;
    /** Stamps of an irregular stream may come in any order within so many seconds. */
    private static final double STRAGGLER_S = 1;

    private static final double SILENT_S = 2;
    private static final double NEAR_S = 60;
    private static final int MOST_HELD = 200_000;

    private enum Phase {
        /** All goes through. */
        OPEN,
        /** Coming, before the agreement. */
        HOLDING,
        /** Coming: what is before the cut is the other's. */
        DROPPING,
        /** Going: what is behind the cut is the other's. */
        CUTTING,
        /** Gone. */
        ENDED
    }

    private record Held(SampleBatch batch, Moment arrival) {}

    private final double rateHz;
    private final StreamIntake intake;
    private final List<Held> held = new ArrayList<>();
    private int heldSamples;
    private Phase phase;
    private double cut = Double.NaN;
    private double cutAt;
    private double newestRaw = Double.NaN;
    private double connectedAt = Double.NaN;
    private double firstAt = Double.NaN;
    private double behindAt = Double.NaN;
    private boolean behind;
    private boolean begunAtCut;

    /** @param coming another node collects the stream now */
    public StreamGate(double rateHz, StreamIntake intake, boolean coming) {
        this.rateHz = rateHz;
        this.intake = intake;
        this.phase = coming ? Phase.HOLDING : Phase.OPEN;
    }

    /** See {@link StreamIntake#opened}. */
    public void opened(int[] collected, boolean recovered, Moment now) {
        switch (phase) {
            case HOLDING -> {
                if (!held.isEmpty()) {
                    release(false);
                }
            }
            case DROPPING -> phase = Phase.OPEN;
            case CUTTING -> phase = Phase.ENDED; // other stamps than those that were agreed upon
            case OPEN, ENDED -> {}
        }
        newestRaw = Double.NaN;
        connectedAt = now.lsl();
        firstAt = Double.NaN;
        if (phase != Phase.ENDED) {
            intake.opened(collected, recovered, now);
        }
    }

    /** See {@link StreamIntake#lost}. */
    public void lost(String reason, Moment now) {
        if (phase == Phase.HOLDING) {
            release(false);
        } else if (phase == Phase.DROPPING) {
            phase = Phase.OPEN;
        }
        if (phase != Phase.ENDED) {
            intake.lost(reason, now);
        }
    }

    public void samples(SampleBatch batch, Moment now) {
        if (phase != Phase.DROPPING && phase != Phase.ENDED) {
            look(batch, now);
        }
        pass(batch, now);
    }

    private void look(SampleBatch batch, Moment now) {
        if (Double.isNaN(firstAt)) {
            firstAt = now.lsl();
        }
        for (double raw : batch.stamps()) {
            if (Double.isFinite(raw)) {
                boolean back = newestRaw - raw > StreamIntake.BACK_S;
                newestRaw = Double.isNaN(newestRaw) || back ? raw : Math.max(newestRaw, raw);
            }
        }
    }

    private void pass(SampleBatch batch, Moment now) {
        switch (phase) {
            case OPEN -> intake.samples(batch, now);
            case HOLDING -> {
                held.add(new Held(batch, now));
                heldSamples += batch.size();
                if (heldSamples > MOST_HELD) {
                    release(false);
                }
            }
            case DROPPING -> keep(batch, now, true);
            case CUTTING -> keep(batch, now, false);
            case ENDED -> {}
        }
    }

    /** @param wantBehind which side of the cut is ours */
    private void keep(SampleBatch batch, Moment now, boolean wantBehind) {
        int from = -1;
        for (int i = 0; i < batch.size(); i++) {
            double raw = batch.stamp(i);
            if (Double.isFinite(raw) && !(behind && rateHz > 0)) {
                behind = raw >= cut;
            }
            boolean ours = behind == wantBehind;
            if (ours && from < 0) {
                from = i;
            } else if (!ours && from >= 0) {
                send(batch, from, i, now);
                from = -1;
            }
        }
        if (from >= 0) {
            send(batch, from, batch.size(), now);
        }
        if (behind && Double.isNaN(behindAt)) {
            behindAt = now.lsl();
        }
        if (!Double.isNaN(behindAt) && (rateHz > 0 || now.lsl() - behindAt > STRAGGLER_S)) {
            phase = wantBehind ? Phase.OPEN : Phase.ENDED;
        }
    }

    private void send(SampleBatch batch, int from, int to, Moment now) {
        if (phase == Phase.DROPPING) {
            intake.continued();
            begunAtCut = true;
        }
        intake.samples(from == 0 && to == batch.size() ? batch : batch.part(from, to), now);
    }

    /** Coming: the cut, once there is enough to choose it by; it does not change any more. */
    public @Nullable Double proposal(Moment now) {
        if (phase == Phase.HOLDING && Double.isNaN(cut)) {
            double newest = newest(now);
            boolean looked = now.lsl() - firstAt >= LOOK_S;
            boolean quiet = rateHz <= 0 && now.lsl() - connectedAt >= QUIET_S;
            if (!Double.isNaN(newest) && (looked || quiet)) {
                // Between two samples: stamps that the reader has to deduce may differ in their last digits.
                cut = newest + (rateHz > 0 ? (Math.ceil(LEAD_S * rateHz) + 0.5) / rateHz : LEAD_S);
            }
        }
        return Double.isNaN(cut) ? null : cut;
    }

    /** Time on the producer's clock: of its newest sample, or by its clock when that is later and plausible. */
    private double newest(Moment now) {
        ClockProbe probe = intake.lastGoodProbe();
        double there = probe == null ? Double.NaN : now.lsl() - probe.correction();
        if (Double.isNaN(newestRaw)) {
            return there;
        }
        return rateHz <= 0 && Math.abs(there - newestRaw) < NEAR_S ? Math.max(there, newestRaw) : newestRaw;
    }

    /** Coming: the other keeps to the cut, or has collected beyond it already. */
    public void answered(boolean keepsToIt) {
        if (phase != Phase.HOLDING) {
            return;
        }
        if (keepsToIt) {
            phase = Phase.DROPPING;
            replay();
        } else {
            release(true);
        }
    }

    /** Coming: no more is to be waited for. @param collectedUntilNow the other one is there and has collected all the time */
    public void release(boolean collectedUntilNow) {
        if (phase != Phase.HOLDING) {
            return;
        }
        phase = Phase.OPEN;
        if (collectedUntilNow) {
            intake.continued();
        }
        replay();
    }

    private void replay() {
        List<Held> waiting = List.copyOf(held);
        held.clear();
        heldSamples = 0;
        waiting.forEach(one -> pass(one.batch(), one.arrival()));
    }

    /** Coming: whether it is settled what to keep. */
    public boolean decided() {
        return phase != Phase.HOLDING;
    }

    /** Coming: whether what it collects begins at the cut, because the other promised what is before. */
    public boolean begunAtCut() {
        return begunAtCut;
    }

    /** Going: keeps to a cut from now on. @return false when it is too late for that */
    public boolean cutAt(double agreed, Moment now) {
        if (phase == Phase.CUTTING || phase == Phase.ENDED) {
            return cut == agreed;
        }
        if (phase != Phase.OPEN || newestRaw >= agreed) {
            return false;
        }
        cut = agreed;
        cutAt = now.lsl();
        behind = false;
        behindAt = Double.NaN;
        phase = Phase.CUTTING;
        return true;
    }

    /** Going: whether it keeps to a cut, or has. */
    public boolean cutting() {
        return phase == Phase.CUTTING || phase == Phase.ENDED;
    }

    /** Going: whether nothing before the cut can come any more. */
    public boolean ended(Moment now) {
        if (phase == Phase.CUTTING) {
            ClockProbe probe = intake.lastGoodProbe();
            double passed = now.lsl() - cutAt;
            boolean past = probe == null
                    ? passed > LEAD_S + 2 * SILENT_S
                    : passed > LEAD_S && now.lsl() - probe.correction() > cut + SILENT_S;
            boolean straggled = now.lsl() - behindAt > STRAGGLER_S;
            if (straggled || past || passed > NEAR_S) {
                phase = Phase.ENDED;
            }
        }
        return phase == Phase.ENDED;
    }
}
