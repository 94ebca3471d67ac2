package dev.sinal.store.domain;

/**
 * Samples that cannot be stored: their bytes go to quarantine, their range into the gap ledger.
 *
 * @param from first stamp, UTC ns, as far as the header tells
 * @param to last stamp, UTC ns
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Refusal(String reason, long from, long to, byte[] chunk) {}
