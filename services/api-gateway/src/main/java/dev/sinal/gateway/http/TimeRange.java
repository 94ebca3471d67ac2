package dev.sinal.gateway.http;

import org.jspecify.annotations.Nullable;

/** Half open. @param from UTC ns, null = the beginning @param to UTC ns, null = the end */
public record TimeRange(@Nullable Long from, @Nullable Long to) {
    /** The beginning in numbers: the earliest stamp that is stored lies after it. */
    public long fromOrMin() {
        return from == null ? 0 : from;
    }

    public long toOrMax() {
        return to == null ? Long.MAX_VALUE : to;
    }
}
