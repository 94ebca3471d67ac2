package dev.sinal.ingest.log;

/**
 * How full the log is.
 *
 * @param bytes used
 * @param limit bytes it may use
 * @param chunks rows that the store has not committed
 * @param notes rows that the store has not committed
 * @param volumeLow the volume has less free space than is to be left
 */
public record LogUse(long bytes, long limit, long chunks, long notes, boolean volumeLow) {
    /** 0 to 1; 1 also when the volume is what is full. */
    public double fraction() {
        return volumeLow ? 1 : Math.min(1, (double) bytes / limit);
    }
}
