package dev.sinal.analytics.domain;

import org.jspecify.annotations.Nullable;

/**
 * Values that belong together and how they were found.
 *
 * @param table rows with at least two values; with two variables, both
 * @param stepS null when the rule has none
 * @param origin where the grid starts, UTC ns; null when there is none
 * @param before rows or grid cells with at least one value
 * @param dropped of those, not in the table
 */
public record Aligned(
        Table table,
        Alignment.Rule rule,
        @Nullable Double stepS,
        @Nullable Double toleranceS,
        @Nullable Double maxGapS,
        @Nullable Long origin,
        long before,
        long dropped) {}
