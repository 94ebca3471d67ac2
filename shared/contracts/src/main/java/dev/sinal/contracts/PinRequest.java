package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * Asks to keep samples of an agent, whatever retention says.
 *
 * @param id of the caller's choice, 1 to 128 characters, so that asking twice pins once; null = one is made
 * @param stream id or name; null = all streams of the agent, also those to come
 * @param from UTC ns, inclusive; null = from the beginning
 * @param to UTC ns, exclusive; null = for ever
 * @param all has to be true when both ends are open, so that a forgotten parameter does not keep everything
 * @param reason for people, 1 to 500 characters
 * @param requestedBy who asks
 */
public record PinRequest(
        @Nullable String id,
        String agentId,
        @Nullable String stream,
        @Nullable Long from,
        @Nullable Long to,
        boolean all,
        String reason,
        String requestedBy) {}
