package dev.sinal.ingest.bus;

import dev.sinal.ingest.domain.GradientLimit;
import dev.sinal.ingest.domain.RetransmitTimer;

/** What this node knows of one store node: how fast it answers, and how much may be on the way to it. Used on one event loop. */
final class StoreLink {
    private final String nodeId;
    private final String node;
    private final RetransmitTimer timer;
    private final GradientLimit limit;
    private long inFlight;
    private long heardAt;
    private long suspectedAt;

    StoreLink(String nodeId, String node, LaneRules rules) {
        this.nodeId = nodeId;
        this.node = node;
        timer = new RetransmitTimer(rules.timeoutMs(), rules.timeoutLeastMs(), rules.timeoutMostMs());
        limit = new GradientLimit(
                Math.min(rules.storeBytes(), rules.nodeBytes()),
                rules.nodeBytes(),
                Math.max(1, rules.nodeBytes() / 16));
    }

    String nodeId() {
        return nodeId;
    }

    /** Its name, as people see it. */
    String node() {
        return node;
    }

    /** For the answer to a request that is sent now. */
    long timeoutMs() {
        return timer.timeoutMs();
    }

    double smoothedS() {
        return timer.smoothedS();
    }

    /** Bytes that may be on the way. */
    long limit() {
        return limit.limit();
    }

    /** Bytes that are on the way. */
    long inFlight() {
        return inFlight;
    }

    boolean fits(long bytes) {
        return inFlight == 0 || inFlight + bytes <= limit.limit();
    }

    void adjust(long bytes) {
        inFlight += bytes;
    }

    /** A request that was sent once has its answer. @param inFlightThen bytes on the way when it was sent */
    void answered(long sentAt, long now, long inFlightThen) {
        timer.answered(now - sentAt);
        limit.answered(now, now - sentAt, inFlightThen);
    }

    void busy(long sentAt, long now) {
        limit.dropped(sentAt, now);
    }

    void timedOut(long sentAt, long now) {
        timer.timedOut(sentAt, now);
        limit.dropped(sentAt, now);
    }

    void rest(long now) {
        limit.rest(now, inFlight);
    }

    void heard(long now) {
        heardAt = now;
    }

    /** Time since its last hello, ns. */
    long silence(long now) {
        return now - heardAt;
    }

    /** It did not answer. */
    void suspect(long now) {
        suspectedAt = now;
    }

    /** Whether it did not answer, and has not said hello for long enough since. @param calmNs how long it must go on saying hello */
    boolean suspected(long calmNs) {
        return suspectedAt != 0 && heardAt - suspectedAt < calmNs;
    }
}
