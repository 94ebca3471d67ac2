package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a write.
 *
 * @param committed samples of the write that are in the database now
 * @param repeated true when they were there before, under the key of the write; else null
 */
public record WriteReceipt(long committed, @Nullable Boolean repeated) {
    public WriteReceipt(long committed) {
        this(committed, null);
    }
}
