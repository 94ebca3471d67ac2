package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A store's answer to one chunk or one list of notes, given after COMMIT.
 *
 * @param status {@link #ACKED}, {@link #RESEND_FROM}, {@link #FENCED}, {@link #BUSY} or {@link #REJECTED}
 * @param seq acked: last committed; resend_from: first wanted
 * @param retryMs busy: when to try again
 * @param reason rejected: why, for the quarantine record
 */
public record StoreAnswer(
        String status, long seq, long retryMs, @Nullable String reason) {
    public static final String ACKED = "acked";
    public static final String RESEND_FROM = "resend_from";
    public static final String FENCED = "fenced";
    public static final String BUSY = "busy";
    public static final String REJECTED = "rejected";

    public static StoreAnswer acked(long seq) {
        return new StoreAnswer(ACKED, seq, 0, null);
    }

    public static StoreAnswer resendFrom(long seq) {
        return new StoreAnswer(RESEND_FROM, seq, 0, null);
    }

    public static StoreAnswer fenced() {
        return new StoreAnswer(FENCED, 0, 0, null);
    }

    public static StoreAnswer busy(long retryMs) {
        return new StoreAnswer(BUSY, 0, retryMs, null);
    }

    public static StoreAnswer rejected(String reason) {
        return new StoreAnswer(REJECTED, 0, 0, reason);
    }
}
