package dev.sinal.ingest.bus;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes that one node may have in flight to all stores. Those that find none wait in line, first come first served; one whose store has no
 * room lets others pass. Streams that are far behind share half of it, so that a long backlog never keeps fresh samples waiting. Used on
 * one event loop.
 */
final class SendBudget {
    /**
     * What was asked for.
     *
     * @param backlog whether its stream is far behind
     * @param later called once, when there is room
     */
    record Claim(StoreLink link, boolean backlog, long bytes, Runnable later) {}

    private final long limit;
    private final Deque<Claim> fresh = new ArrayDeque<>();
    private final Deque<Claim> behind = new ArrayDeque<>();
    private long taken;
    private long takenBehind;
    private boolean waking;

    SendBudget(long limit) {
        this.limit = limit;
    }

    /** @return false when there is no room: then {@code later} is called once, when there is */
    boolean take(Claim claim) {
        if (!fits(claim)) {
            (claim.backlog() ? behind : fresh).add(claim);
            return false;
        }
        adjust(claim, claim.bytes());
        return true;
    }

    private boolean fits(Claim claim) {
        if (taken > 0 && taken + claim.bytes() > limit) {
            return false;
        }
        if (claim.backlog() && takenBehind > 0 && takenBehind + claim.bytes() > limit / 2) {
            return false;
        }
        return claim.link().fits(claim.bytes());
    }

    /** What was taken turned out to be this much more, or less. */
    void adjust(Claim claim, long bytes) {
        taken += bytes;
        takenBehind += claim.backlog() ? bytes : 0;
        claim.link().adjust(bytes);
        if (bytes < 0) {
            wake();
        }
    }

    long taken() {
        return taken;
    }

    /** Of it, by streams that are far behind. */
    long takenBehind() {
        return takenBehind;
    }

    /** Streams that wait for room. */
    int waiting() {
        return fresh.size() + behind.size();
    }

    /** Lets those go on that have room now. */
    void wake() {
        if (waking) {
            return;
        }
        waking = true;
        wake(fresh);
        wake(behind);
        waking = false;
    }

    private void wake(Deque<Claim> line) {
        Deque<Claim> passedOver = new ArrayDeque<>();
        for (int left = line.size(); left > 0 && taken < limit; left--) {
            Claim claim = line.poll();
            if (claim == null) {
                break;
            }
            if (fits(claim)) {
                claim.later().run();
            } else {
                passedOver.push(claim);
            }
        }
        passedOver.forEach(line::addFirst);
    }
}
