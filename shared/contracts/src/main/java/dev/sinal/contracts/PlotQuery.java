package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param streams ids; empty = all @param metrics names or {@code stream/metric}; empty = all numeric @param from UTC ns @param to UTC ns, exclusive @param maxPoints buckets, 1 to 10000 @param overlaps {@code all}: also what another epoch shows; null = every sample once @param packed whether points come as {@link PlotAnswer.Series#packed} */
public record PlotQuery(
        String agentId,
        List<String> streams,
        List<String> metrics,
        @Nullable Long from,
        @Nullable Long to,
        int maxPoints,
        @Nullable String overlaps,
        @Nullable Boolean packed) {
    public PlotQuery {
        streams = streams == null ? List.of() : List.copyOf(streams);
        metrics = metrics == null ? List.of() : List.copyOf(metrics);
    }

    /** Points as records. */
    public PlotQuery(
            String agentId,
            List<String> streams,
            List<String> metrics,
            @Nullable Long from,
            @Nullable Long to,
            int maxPoints,
            @Nullable String overlaps) {
        this(agentId, streams, metrics, from, to, maxPoints, overlaps, null);
    }

    /** Every sample once. */
    public PlotQuery(
            String agentId,
            List<String> streams,
            List<String> metrics,
            @Nullable Long from,
            @Nullable Long to,
            int maxPoints) {
        this(agentId, streams, metrics, from, to, maxPoints, null, null);
    }

    /** The same with the points of a series in one piece: what programs do that draw many channels. */
    public PlotQuery inOnePiece() {
        return new PlotQuery(agentId, streams, metrics, from, to, maxPoints, overlaps, true);
    }

    public boolean wantsPacked() {
        return Boolean.TRUE.equals(packed);
    }
}
