package dev.sinal.ingest.domain;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds samples of a regular stream that its stamps say are missing.
 *
 * <p>Two stamps more than 1.5 periods apart are only a suspicion: many senders stamp a whole chunk when they push it, and are late now and then
 * without losing anything. What is missing makes all later stamps late against their number. So lateness is compared second by second, by the
 * earliest sample of each: delay is random, being early is not. A change counts when it is at least half a period, clearly more than the stream's usual
 * jitter, and there was a suspicion; a slow drift (a rate that is not quite the announced one) is followed. The verdict comes one to two seconds of
 * data after the jump.
 *
 * <p>A stream that keeps losing samples is told of in summary: 20 single findings in ten seconds, then one for the rest of them.
 */
final class StampJumps {
    private static final double SPAN_S = 1;
    private static final int SPAN_SAMPLES = 4;
    private static final int MOST_SUSPECTS = 64;
    private static final double CLEARLY = 1.5;
    /** At the end of the data there is less to judge by. */
    private static final double VERY_CLEARLY = 10;

    private static final int LEARNT = 3;
    private static final int SINGLE = 20;
    private static final double TELL_S = 10;

    /** @param span in which it was seen @param width between the two stamps, seconds */
    private record Suspect(long span, long epoch, long from, long to, double rawFrom, double width) {}

    private final double rateHz;
    private final double period;
    private final Consumer<GapFinding> found;
    private final Deque<Suspect> suspects = new ArrayDeque<>();

    // the last sample
    private double firstRaw = Double.NaN;
    private double lastRaw;
    private long lastUtc;
    private long lastEpoch;
    private long number;
    // the span that is going on; lateness in seconds
    private long span;
    private double spanStart;
    private int samples;
    private double earliest;
    private double sum;
    private double earliestBeforeJump;
    private double earliestSinceJump;
    // what is known of the stream
    private double level;
    private double drift;
    private double jitter;
    private int learnt;

    private double tellSince = Double.NEGATIVE_INFINITY;
    private int told;
    private @Nullable GapFinding rest;
    private int restCount;

    StampJumps(double rateHz, Consumer<GapFinding> found) {
        this.rateHz = rateHz;
        this.period = rateHz > 0 ? 1 / rateHz : 0;
        this.found = found;
    }

    /** The next sample. @param raw finite stamp, seconds @param utc its time, ns */
    void sample(long epoch, double raw, long utc, double lslNow) {
        if (rateHz <= 0) {
            return;
        }
        if (Double.isNaN(firstRaw)) {
            firstRaw = raw;
            number = 0;
            learnt = 0;
            beginSpan(raw);
        } else {
            number++;
            if (raw - lastRaw > 1.5 * period) {
                suspect(raw, utc);
            }
        }
        double late = raw - firstRaw - number * period;
        samples++;
        sum += late;
        earliest = Math.min(earliest, late);
        earliestSinceJump = Math.min(earliestSinceJump, late);
        lastRaw = raw;
        lastUtc = utc;
        lastEpoch = epoch;
        if (raw - spanStart >= SPAN_S && samples >= SPAN_SAMPLES) {
            endSpan(raw, lslNow);
        }
    }

    private void suspect(double raw, long utc) {
        if (suspects.isEmpty() || suspects.getLast().span() < span) {
            earliestBeforeJump = earliest;
        }
        if (suspects.size() == MOST_SUSPECTS) {
            suspects.removeFirst();
        }
        suspects.addLast(new Suspect(span, lastEpoch, lastUtc, utc, lastRaw, raw - lastRaw));
        earliestSinceJump = Double.POSITIVE_INFINITY;
    }

    private void beginSpan(double raw) {
        span++;
        spanStart = raw;
        samples = 0;
        sum = 0;
        earliest = Double.POSITIVE_INFINITY;
    }

    private void endSpan(double raw, double lslNow) {
        if (learnt == 0) {
            level = earliest;
            jitter = sum / samples - earliest;
            learnt = 1;
        } else {
            double change = earliest - level;
            long missing = missing(change, CLEARLY);
            if (missing > 0) {
                tell(missing, lslNow);
                level = earliest - missing * period;
            } else {
                drift = learnt == 1 ? change : 0.7 * drift + 0.3 * change;
                level = earliest;
                learn();
            }
        }
        suspects.removeIf(old -> old.span() < span);
        beginSpan(raw);
    }

    /** A span in which something was lost says nothing about jitter. */
    private void learn() {
        boolean usual = suspects.stream().allMatch(s -> s.width() <= 5 * period + 3 * jitter);
        if (usual) {
            jitter = 0.7 * jitter + 0.3 * (sum / samples - earliest);
        }
        learnt = Math.min(LEARNT, learnt + 1);
    }

    /** @param change of the lateness since the span before, seconds */
    private long missing(double change, double clearly) {
        double unexplained = change - (learnt >= LEARNT ? drift : 0);
        double suspected =
                suspects.stream().mapToDouble(s -> s.width() - period).sum();
        boolean clear = unexplained >= Math.max(period / 2, clearly * jitter) && suspected >= 0.7 * unexplained;
        return clear ? Math.round(unexplained * rateHz) : 0;
    }

    private void tell(long missing, double lslNow) {
        number += missing;
        Suspect best = suspects.stream()
                .min(Comparator.comparingDouble(s -> Math.abs(s.width() * rateHz - 1 - missing)))
                .orElseThrow();
        boolean fits = Math.abs(best.width() * rateHz - 1 - missing)
                <= Math.max(1, missing * 0.02) + CLEARLY * jitter * rateHz;
        Suspect first = fits ? best : suspects.getFirst();
        Suspect last = fits ? best : suspects.getLast();
        tell(
                new GapFinding(
                        first.epoch(),
                        first.from(),
                        last.to(),
                        missing,
                        GapFinding.STAMP_JUMP,
                        "raw stamps " + first.rawFrom() + " and " + (last.rawFrom() + last.width())),
                lslNow);
        if (fits) {
            suspects.remove(best);
        } else {
            suspects.clear();
        }
    }

    private void tell(GapFinding gap, double lslNow) {
        if (lslNow - tellSince >= TELL_S && rest == null) {
            tellSince = lslNow;
            told = 0;
        }
        if (++told <= SINGLE) {
            found.accept(gap);
            return;
        }
        restCount++;
        GapFinding before = rest;
        long sumBefore = before == null || before.estimated() == null ? 0 : before.estimated();
        long more = gap.estimated() == null ? 0 : gap.estimated();
        rest = new GapFinding(
                gap.epoch(),
                before == null ? gap.from() : before.from(),
                gap.to(),
                sumBefore + more,
                GapFinding.STAMP_JUMP,
                restCount + " jumps of the stamps; samples between them are stored");
    }

    /** Tells a summary whose time has come. */
    void tick(double lslNow) {
        if (rest != null && lslNow - tellSince >= TELL_S) {
            tellRest();
        }
    }

    private void tellRest() {
        GapFinding summary = rest;
        rest = null;
        restCount = 0;
        if (summary != null) {
            found.accept(summary);
        }
    }

    /** The stamps that follow have nothing to do with those before. A suspicion is judged by what there is. */
    void restart(double lslNow) {
        if (!Double.isNaN(firstRaw) && !suspects.isEmpty() && Double.isFinite(earliestSinceJump)) {
            double before = learnt == 0 ? earliestBeforeJump : level;
            long missing = missing(earliestSinceJump - before, VERY_CLEARLY);
            if (missing > 0) {
                tell(missing, lslNow);
            }
        }
        tellRest();
        suspects.clear();
        firstRaw = Double.NaN;
        jitter = 0;
        drift = 0;
    }
}
