package dev.sinal.lsl.post;

import dev.sinal.lsl.ClockProbe;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Tells a clock that was set from one that drifts. A correction is wrong by at most half its round trip, whatever the delays on either
 * way were, so two of them that differ by more than that and a fast drift contradict each other. A step is told when two waves in a row
 * contradict what was before and agree with each other: one wrong result raises no alarm. Not safe for several threads.
 */
public final class ClockSteps {
    /** Fastest drift of one clock against another, seconds per second; quartz stays below a fifth of it. */
    public static final double MAX_DRIFT = 500e-6;
    /** Steps up to this are not told of, seconds. */
    public static final double SMALLEST = 0.010;

    private static final int REMEMBERED = 8;

    private final Deque<ClockProbe> trusted = new ArrayDeque<>(REMEMBERED);
    private @Nullable ClockProbe suspect;

    /**
     * The next measured correction.
     *
     * @param probe one that succeeded
     * @return by how much the correction has jumped, seconds; 0 if it has not, or not surely
     */
    public double add(ClockProbe probe) {
        ClockProbe last = trusted.peekLast();
        ClockProbe doubted = suspect;
        suspect = null;
        if (last == null || trusted.stream().allMatch(each -> agree(each, probe))) {
            trust(probe);
            return 0;
        }
        if (doubted == null || !agree(doubted, probe)) {
            suspect = probe;
            return 0;
        }
        trusted.clear();
        trust(doubted);
        trust(probe);
        return probe.correction() - last.correction();
    }

    /** Whether the correction given last contradicts those before; the next one decides. */
    public boolean doubtful() {
        return suspect != null;
    }

    /** The clock is another one: nothing that follows contradicts what was before. */
    public void reset() {
        trusted.clear();
        suspect = null;
    }

    private void trust(ClockProbe probe) {
        if (trusted.size() == REMEMBERED) {
            trusted.removeFirst();
        }
        trusted.addLast(probe);
    }

    private static boolean agree(ClockProbe one, ClockProbe other) {
        double allowed =
                SMALLEST + (one.rtt() + other.rtt()) / 2 + MAX_DRIFT * Math.abs(other.measuredAt() - one.measuredAt());
        return Math.abs(other.correction() - one.correction()) <= allowed;
    }
}
