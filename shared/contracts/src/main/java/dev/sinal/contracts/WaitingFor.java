package dev.sinal.contracts;

import java.util.List;

/**
 * A query of an agent that no stream answers yet.
 *
 * @param reason {@code not_found}, {@code ambiguous}, {@code connecting}, {@code no_samples}, {@code no_collector}, {@code name_clash}
 * @param candidates names of the streams that match when {@code ambiguous}, each {@code name (source_id) @host}
 */
public record WaitingFor(String query, String reason, List<String> candidates) {
    public WaitingFor {
        candidates = candidates == null ? List.of() : List.copyOf(candidates);
    }
}
