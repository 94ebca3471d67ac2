package dev.sinal.lsl.protocol;

import java.util.Optional;

/**
 * One wave of time probes: what was asked, and which replies count. A reply counts if it has the wave's number and the sending time of
 * a probe that has no reply yet, and if its round trip is not negative; so duplicates, replies to earlier waves and most inventions are
 * left out. The sending time kept here is used, not the one that was echoed with fewer digits. Not safe for several threads.
 */
public final class ProbeWave {
    /** Clocks may be this coarse, seconds. */
    private static final double COARSE = 1e-6;

    private final int id;
    private final double[] sent;
    private final boolean[] answered;
    private int asked;
    private int replies;
    private TimeProbe.RoundTrip best = new TimeProbe.RoundTrip(Double.NaN, Double.NaN, Double.POSITIVE_INFINITY);

    /**
     * @param id hard to guess, so that nobody can answer without having been asked
     * @param probes how many there will be
     */
    public ProbeWave(int id, int probes) {
        this.id = id;
        this.sent = new double[probes];
        this.answered = new boolean[probes];
    }

    /** The next probe, to be sent at once. @param now t0, our clock, seconds */
    public TimeProbe.Request ask(double now) {
        sent[asked++] = now;
        return new TimeProbe.Request(id, now);
    }

    /** Probes not yet asked for. */
    public int left() {
        return sent.length - asked;
    }

    /** @param returned t3, our clock, seconds @return whether the reply counts */
    public boolean reply(TimeProbe.Reply reply, double returned) {
        if (reply.wave() != id) {
            return false;
        }
        for (int i = 0; i < asked; i++) {
            // The other side reads our decimals and writes 16 digits of them.
            if (Math.abs(reply.sent() - sent[i]) <= Math.max(COARSE, Math.abs(sent[i]) * 1e-14)) {
                return !answered[i] && count(i, reply, returned);
            }
        }
        return false;
    }

    private boolean count(int probe, TimeProbe.Reply reply, double returned) {
        TimeProbe.RoundTrip trip =
                new TimeProbe.Reply(id, sent[probe], reply.received(), reply.answered()).returned(returned);
        if (trip.rtt() < -COARSE || reply.answered() < reply.received() - COARSE) {
            return false;
        }
        answered[probe] = true;
        replies++;
        if (trip.rtt() < best.rtt()) {
            best = trip;
        }
        return true;
    }

    /** Replies that count. */
    public int replies() {
        return replies;
    }

    /** The round trip with the smallest rtt. @param least replies needed, at least 1 */
    public Optional<TimeProbe.RoundTrip> best(int least) {
        return replies < Math.max(1, least)
                ? Optional.empty()
                : Optional.of(new TimeProbe.RoundTrip(best.measuredAt(), best.correction(), Math.max(0, best.rtt())));
    }
}
