package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamRecord;
import io.vertx.core.Future;
import java.util.List;

/** What is known of an agent before its first live frame. */
final class Catalog {
    private final LiveContext context;

    Catalog(LiveContext context) {
        this.context = context;
    }

    /**
     * Streams of an agent. Live traffic needs neither the agent manager nor the store, so only a definite NOT_FOUND fails; an agent whose definition
     * was removed is known as long as it has streams.
     */
    Future<List<StreamDescriptor>> streams(String agentId) {
        Future<List<StreamDescriptor>> streams = inStore(agentId);
        Future<Boolean> defined = context.agents()
                .status(agentId)
                .map(true)
                .recover(failure -> Future.succeededFuture(RpcError.of(failure) != RpcError.NOT_FOUND));
        return defined.compose(yes -> yes
                ? streams.otherwise(List.of())
                : streams.compose(known -> known.isEmpty()
                        ? RpcError.NOT_FOUND.fail("no agent '" + agentId + "'")
                        : Future.succeededFuture(known)));
    }

    /** The same for a reader who needs the store anyway: fails at once when that does not answer. */
    Future<List<StreamDescriptor>> stored(String agentId) {
        return inStore(agentId).compose(found -> found.isEmpty() ? streams(agentId) : Future.succeededFuture(found));
    }

    private Future<List<StreamDescriptor>> inStore(String agentId) {
        return context.store()
                .streams(agentId)
                .map(records -> records.stream().map(StreamRecord::descriptor).toList());
    }

    /** Whether a wanted stream is being collected of which nothing is stored yet: what it has is not known. */
    Future<Boolean> awaits(Selection selection, List<StreamDescriptor> stored) {
        return context.agents()
                .status(selection.agentId())
                .map(status -> status.streams().stream()
                        .anyMatch(now -> stored.stream().noneMatch(s -> s.id().equals(now.id()))
                                && selection.wants(now.id(), now.name())))
                .otherwise(false);
    }
}
