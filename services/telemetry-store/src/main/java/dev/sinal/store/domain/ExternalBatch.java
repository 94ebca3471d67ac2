package dev.sinal.store.domain;

import dev.sinal.contracts.StreamIds;
import java.util.List;

/** What a program pushed by one write for one stream of an external agent. */
final class ExternalBatch {
    private final String agentId;
    private final String stream;
    private final String streamId;
    private final List<ExternalLayout.Pushed> pushed;

    ExternalBatch(String agentId, String stream, List<ExternalLayout.Pushed> pushed) {
        this.agentId = agentId;
        this.stream = stream;
        this.streamId = StreamIds.external(agentId, stream);
        this.pushed = List.copyOf(pushed);
    }

    String agentId() {
        return agentId;
    }

    String stream() {
        return stream;
    }

    String streamId() {
        return streamId;
    }

    List<ExternalLayout.Pushed> pushed() {
        return pushed;
    }

    long samples() {
        long samples = 0;
        for (ExternalLayout.Pushed one : pushed) {
            samples += one.block().size();
        }
        return samples;
    }
}
