package dev.sinal.store.sql;

/** Samples of a day for which no partition may be made any more. */
public final class PartitionLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PartitionLimitException(String day, int limit) {
        super("no partition for " + day + ": all " + limit + " days are in use");
    }
}
