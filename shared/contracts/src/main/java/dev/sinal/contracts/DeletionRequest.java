package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * Asks to remove samples of an agent for good.
 *
 * @param stream id or name; null = all streams of the agent, and its markers
 * @param from UTC ns, inclusive; null = from the beginning
 * @param to UTC ns, exclusive; null = up to what is stored now
 * @param all has to be true when both ends are open, so that a forgotten parameter removes nothing
 * @param dryRun only tells what would be removed
 * @param force also what is pinned
 * @param requestedBy who asks, for the record
 */
public record DeletionRequest(
        String agentId,
        @Nullable String stream,
        @Nullable Long from,
        @Nullable Long to,
        boolean all,
        boolean dryRun,
        boolean force,
        String requestedBy) {}
