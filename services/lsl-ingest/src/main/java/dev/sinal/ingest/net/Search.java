package dev.sinal.ingest.net;

import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.ingest.domain.Binding;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One query of an agent, what answers it and what is collected of that. Used on one event loop. */
final class Search {
    /** How long a search listens before it takes its first stream: a second candidate may answer a little later. */
    static final double SETTLE_S = 1.0;

    private static final double LOOK_EVERY_S = 0.25;

    private final StreamSpec spec;
    private final StreamWatch watch;
    private final List<StreamCollector> bound = new ArrayList<>();
    private final double startedAt = Clocks.now().lsl();
    private double lookedAt;
    private List<String> ambiguous = List.of();
    private boolean clash;
    private @Nullable String failure;

    /** @param news called when something appears or vanishes @throws dev.sinal.lsl.LslQueryException for a malformed query */
    Search(Tools tools, StreamSpec spec, Runnable news) {
        this.spec = spec;
        var context = tools.vertx().getOrCreateContext();
        this.watch = tools.lsl().watch(StreamQuery.parse(spec.query()), new StreamWatch.Listener() {
            @Override
            public void appeared(StreamInfo info) {
                context.runOnContext(ignored -> news.run());
            }

            @Override
            public void vanished(StreamInfo info) {
                context.runOnContext(ignored -> news.run());
            }
        });
    }

    StreamSpec spec() {
        return spec;
    }

    boolean due(double now) {
        return now - lookedAt >= LOOK_EVERY_S;
    }

    /** Streams that this search wants now. */
    List<StreamInfo> take(double now) {
        lookedAt = now;
        if (now - startedAt < SETTLE_S || failure != null) {
            return List.of();
        }
        List<StreamInfo> visible = watch.streams();
        Binding binding = Binding.choose(
                spec.match().equals(StreamSpec.ALL),
                visible,
                bound.stream().map(StreamCollector::found).toList());
        ambiguous = binding.ambiguous();
        return binding.take();
    }

    void bound(StreamCollector stream) {
        bound.add(stream);
    }

    boolean collects(StreamCollector stream) {
        return bound.contains(stream);
    }

    /** @param why set when it is not to be tried again */
    void gone(StreamCollector stream, @Nullable String why) {
        if (bound.remove(stream) && why != null) {
            failure = why;
        }
    }

    /** Whether what it wants is collected by another query of the agent. */
    void clash(boolean now) {
        clash = now;
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** Why a required stream does not deliver; empty when it does, or need not. */
    Optional<WaitingFor> waitingFor() {
        if (!spec.required()) {
            return Optional.empty();
        }
        if (bound.isEmpty()) {
            String reason = !ambiguous.isEmpty() ? "ambiguous" : clash ? "name_clash" : "not_found";
            return Optional.of(new WaitingFor(spec.query(), reason, ambiguous));
        }
        for (StreamCollector stream : bound) {
            if (!stream.delivered()) {
                return Optional.of(
                        new WaitingFor(spec.query(), stream.connected() ? "no_samples" : "connecting", List.of()));
            }
        }
        return Optional.empty();
    }

    void close() {
        watch.close();
    }
}
