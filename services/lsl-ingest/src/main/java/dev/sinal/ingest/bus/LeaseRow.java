package dev.sinal.ingest.bus;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A lease as the database has it.
 *
 * @param owner null = free
 * @param node name of the owner
 * @param leftMs until it expires; negative = expired
 * @param heir owner who is asked to take it over, or for whom a free one is kept
 * @param former owner before this one, while it may still collect
 * @param formerFence its fence
 * @param arrived the owner has taken over what the former had
 * @param cuts raw stamp by stream id at which the owner begins
 * @param answer of the former: {@code {"streams": [id …], "cuts": {id: whether it keeps to it}}}; null = none yet
 */
public record LeaseRow(
        String agentId,
        @Nullable String owner,
        @Nullable String node,
        long fence,
        long leftMs,
        @Nullable String heir,
        @Nullable String former,
        long formerFence,
        boolean arrived,
        JsonObject cuts,
        @Nullable JsonObject answer) {
    /** Nobody has it. */
    public boolean free() {
        return owner == null;
    }

    /** Whether it has passed from one, under a fence, to the present owner, and that one may still be collecting. */
    public boolean passedFrom(String from, long fromFence) {
        return from.equals(former) && formerFence == fromFence && fence == fromFence + 1;
    }
}
