package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** Ordered by (timestamp, id). @param after {@code timestamp|id} of the last page's last item */
public record MarkerQuery(
        @Nullable String agentId,
        @Nullable Long from,
        @Nullable Long to,
        @Nullable String after,
        int limit) {}
