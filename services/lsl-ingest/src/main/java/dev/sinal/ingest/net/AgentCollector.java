package dev.sinal.ingest.net;

import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.StreamIds;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.ingest.bus.CollectingAgent;
import dev.sinal.ingest.domain.FormerPart;
import dev.sinal.ingest.domain.Moment;
import dev.sinal.ingest.domain.RestartPolicy;
import dev.sinal.lsl.LslQueryException;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent: looks for its streams for as long as it runs, and collects those it finds. Used on one event loop. */
final class AgentCollector implements CollectingAgent, StreamCollector.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCollector.class);
    private static final int MOST_STREAMS = 256;
    /** Why an epoch was closed when somebody stopped the agent. */
    static final String STOPPED = "stopped";

    private final Tools tools;
    private final PreviousEnds previousEnds;
    private final FormerParts formerParts;
    private final DesiredAgent agent;
    private final LongSupplier fence;
    private final Runnable changed;
    private boolean coming;
    private boolean finishing;
    private final List<Search> searches = new ArrayList<>();
    private final Map<String, StreamCollector> streams = new LinkedHashMap<>();
    private final Map<String, RestartPolicy> restarts = new HashMap<>();
    private final Map<String, Double> notBefore = new HashMap<>();
    private final Map<String, StreamStatus> ended = new LinkedHashMap<>();
    private final Set<String> opening = new HashSet<>();
    private final Map<String, String> knownNames = new HashMap<>();
    private final double startedAt = Clocks.now().lsl();
    private boolean namesKnown;
    private boolean everDelivered;
    private boolean stopping;
    private boolean stopped;
    private @Nullable String failure;

    /** @param coming another node collects the agent now */
    AgentCollector(
            Tools tools,
            PreviousEnds previousEnds,
            FormerParts formerParts,
            DesiredAgent agent,
            LongSupplier fence,
            boolean coming,
            Runnable changed) {
        this.coming = coming;
        this.tools = tools;
        this.previousEnds = previousEnds;
        this.formerParts = formerParts;
        this.agent = agent;
        this.fence = fence;
        this.changed = changed;
        try {
            agent.spec().streams().forEach(spec -> searches.add(new Search(tools, spec, this::look)));
        } catch (LslQueryException e) {
            failure = "query not understood: " + e.getMessage();
            LOG.warn("an agent cannot run agent={} reason={}", agent.agentId(), failure);
            searches.forEach(Search::close);
        }
        tools.log().names(agent.agentId()).onComplete(names -> {
            if (names.succeeded()) {
                knownNames.putAll(names.result());
            }
            namesKnown = true;
        });
    }

    /** Called every few tens of milliseconds. */
    void tick(Moment now, boolean wallJumped) {
        for (StreamCollector stream : List.copyOf(streams.values())) {
            stream.tick(now, wallJumped);
            if (stream.cutOff()) {
                stream.close(FormerPart.HANDED_OVER, false);
            }
        }
        if (searches.stream().anyMatch(search -> search.due(now.lsl()))) {
            look();
        }
    }

    private void look() {
        if (stopping || finishing || failure != null || !namesKnown) {
            return;
        }
        double now = Clocks.now().lsl();
        for (Search search : searches) {
            for (StreamInfo info : search.take(now)) {
                bind(search, info, now);
            }
        }
    }

    private void bind(Search search, StreamInfo info, double now) {
        String id = StreamIds.of(
                agent.agentId(),
                info.sourceId(),
                info.name(),
                info.type(),
                info.format().wireName(),
                info.channelCount(),
                info.hostname());
        StreamCollector taken = streams.get(id);
        if (taken != null || opening.contains(id)) {
            search.clash(taken != null && !search.collects(taken));
            return;
        }
        Double earliest = notBefore.get(id);
        if (streams.size() >= MOST_STREAMS || (earliest != null && now < earliest)) {
            return;
        }
        search.clash(false);
        opening.add(id);
        previousEnds.of(id).onComplete(previous -> {
            opening.remove(id);
            if (stopping || streams.containsKey(id)) {
                return;
            }
            String name = name(search, id, info);
            StreamCollector stream = new StreamCollector(
                    tools,
                    this,
                    agent.agentId(),
                    id,
                    name,
                    search.spec(),
                    info,
                    previous.succeeded() ? previous.result().orElse(null) : null,
                    fence,
                    formerParts,
                    coming);
            streams.put(id, stream);
            search.bound(stream);
            LOG.info("a stream is collected agent={} stream={} id={}", agent.agentId(), name, id);
            stream.begin();
            changed();
        });
    }

    /** Unique within the agent; the same stream gets the same name again where that is possible. */
    private String name(Search search, String id, StreamInfo info) {
        String wanted =
                search.spec().name() == null ? info.name() : search.spec().name();
        Set<String> used = new HashSet<>();
        streams.values().forEach(stream -> used.add(stream.name()));
        String before = knownNames.get(id);
        if (before != null && !used.contains(before) && sameStem(wanted, before)) {
            return before;
        }
        String name = wanted;
        for (int n = 2; used.contains(name); n++) {
            name = wanted + "_" + n;
        }
        knownNames.put(id, name);
        return name;
    }

    private static boolean sameStem(String wanted, String before) {
        return before.equals(wanted)
                || (before.startsWith(wanted + "_")
                        && before.substring(wanted.length() + 1).matches("[0-9]{1,4}"));
    }

    @Override
    public void crashed(StreamCollector stream, Throwable why) {
        if (!streams.remove(stream.id(), stream)) {
            return;
        }
        RestartPolicy policy = restarts.computeIfAbsent(stream.id(), id -> new RestartPolicy());
        double now = Clocks.now().lsl();
        double wait = policy.crashed(now);
        notBefore.put(stream.id(), wait < 0 ? Double.POSITIVE_INFINITY : now + wait);
        searches.forEach(search -> search.gone(stream, wait < 0 ? String.valueOf(why.getMessage()) : null));
        LOG.error("a stream crashed agent={} stream={} again_in_s={}", agent.agentId(), stream.name(), wait, why);
        stream.close("crashed", false);
        changed();
    }

    @Override
    public void changed() {
        changed.run();
    }

    @Override
    public AgentReport report(long generation, long currentFence) {
        long pending = 0;
        List<StreamStatus> statuses = new ArrayList<>();
        for (StreamCollector stream : streams.values()) {
            StreamStatus status = stopped ? ended.getOrDefault(stream.id(), stream.status()) : stream.status();
            statuses.add(stopping ? settled(status) : status);
            pending += tools.lane().pending(stream.id());
        }
        List<WaitingFor> waitingFor = new ArrayList<>();
        if (!stopping) {
            searches.forEach(search -> search.waitingFor().ifPresent(waitingFor::add));
        }
        String state = state(waitingFor, pending);
        return new AgentReport(
                agent.agentId(),
                generation,
                currentFence,
                state,
                reason(state),
                restarts.values().stream().mapToInt(RestartPolicy::total).sum(),
                pending,
                waitingFor,
                statuses);
    }

    private StreamStatus settled(StreamStatus status) {
        return new StreamStatus(
                status.id(),
                status.name(),
                "lost",
                0,
                status.nominalRate(),
                status.lagS(),
                status.lastSample(),
                status.gaps(),
                status.clock(),
                status.accepted(),
                tools.lane().committed(status.id()));
    }

    private String state(List<WaitingFor> waitingFor, long pending) {
        if (stopping) {
            return stopped && pending == 0 ? AgentStatus.STOPPED : AgentStatus.STOPPING;
        }
        boolean anyRunning = streams.values().stream().anyMatch(StreamCollector::delivered);
        boolean givenUp = searches.stream().anyMatch(search -> search.failure() != null);
        if (failure != null || (givenUp && !anyRunning)) {
            return AgentStatus.FAILED;
        }
        if (waitingFor.isEmpty() && !givenUp) {
            everDelivered = everDelivered || anyRunning;
            boolean well = streams.values().stream().allMatch(AgentCollector::well);
            return well ? AgentStatus.RUNNING : AgentStatus.DEGRADED;
        }
        if (everDelivered || givenUp) {
            return AgentStatus.DEGRADED;
        }
        return Clocks.now().lsl() - startedAt < Search.SETTLE_S ? AgentStatus.STARTING : AgentStatus.WAITING;
    }

    /** One that is not required may still be connecting. */
    private static boolean well(StreamCollector stream) {
        boolean there = stream.state().equals("running") || stream.state().equals("connecting");
        return there && !stream.refusing() && stream.problem().isEmpty();
    }

    private @Nullable String reason(String state) {
        if (failure != null) {
            return failure;
        }
        for (Search search : searches) {
            if (search.failure() != null) {
                return "given up after five crashes in ten minutes: " + search.failure();
            }
        }
        for (StreamCollector stream : streams.values()) {
            if (stream.refusing()) {
                return "the local log is full: samples are refused";
            }
            if (!stream.problem().isEmpty()) {
                return stream.problem();
            }
        }
        if (state.equals(AgentStatus.WAITING)) {
            boolean ambiguous = searches.stream()
                    .flatMap(search -> search.waitingFor().stream())
                    .anyMatch(waiting -> waiting.reason().equals("ambiguous"));
            return ambiguous ? "ambiguous" : null;
        }
        if (state.equals(AgentStatus.DEGRADED)) {
            for (StreamCollector stream : streams.values()) {
                if (!stream.state().equals("running")) {
                    return "stream '" + stream.name() + "' is " + stream.state();
                }
            }
        }
        return null;
    }

    @Override
    public double load() {
        return stopping
                ? 0
                : streams.values().stream().mapToDouble(StreamCollector::load).sum();
    }

    @Override
    public Set<String> streams() {
        Set<String> ids = new HashSet<>();
        streams.values().stream()
                .filter(stream -> stream.state().equals("running") && !stream.cutOff())
                .forEach(stream -> ids.add(stream.id()));
        return ids;
    }

    @Override
    public Map<String, Double> proposals() {
        Map<String, Double> cuts = new HashMap<>();
        for (StreamCollector stream : streams.values()) {
            Double cut = stream.proposal();
            if (cut != null) {
                cuts.put(stream.id(), cut);
            }
        }
        return cuts;
    }

    @Override
    public void answered(Map<String, Boolean> keepsTo) {
        keepsTo.forEach((id, keeps) -> {
            StreamCollector stream = streams.get(id);
            if (stream != null) {
                stream.answered(keeps);
            }
        });
    }

    @Override
    public Set<String> decided() {
        Set<String> ids = new HashSet<>();
        streams.values().stream().filter(StreamCollector::decided).forEach(stream -> ids.add(stream.id()));
        return ids;
    }

    @Override
    public void arrive() {
        coming = false;
        List.copyOf(streams.values()).forEach(StreamCollector::release);
    }

    @Override
    public Map<String, Boolean> cutAt(Map<String, Double> cuts) {
        Map<String, Boolean> answers = new HashMap<>();
        cuts.forEach((id, cut) -> {
            StreamCollector stream = streams.get(id);
            if (stream != null) {
                answers.put(id, stream.cutAt(cut));
            }
        });
        return answers;
    }

    @Override
    public boolean cutting() {
        return streams.values().stream().anyMatch(StreamCollector::cutting);
    }

    @Override
    public boolean finishCuts() {
        if (!finishing) {
            finishing = true;
            searches.forEach(Search::close);
            streams.values().stream()
                    .filter(stream -> !stream.cutting())
                    .forEach(stream -> stream.close(FormerPart.HANDED_OVER, false));
        }
        return streams.values().stream().allMatch(stream -> !stream.cutting() || stream.cutOff());
    }

    @Override
    public Future<Void> stop(End why) {
        if (stopping) {
            return Future.succeededFuture();
        }
        stopping = true;
        boolean onPurpose = why == End.STOPPED;
        String reason = switch (why) {
            case STOPPED -> STOPPED;
            case SHUTDOWN -> "shutdown";
            case HANDED_OVER -> FormerPart.HANDED_OVER;
        };
        searches.forEach(Search::close);
        List<Future<Void>> closing = new ArrayList<>();
        streams.values().forEach(stream -> closing.add(stream.close(reason, onPurpose)));
        return Future.join(closing).transform(done -> {
            streams.values().forEach(stream -> ended.put(stream.id(), stream.status()));
            stopped = true;
            changed();
            return Future.succeededFuture();
        });
    }

    /** Streams collected now, by uid. */
    Set<String> uids() {
        Set<String> uids = new HashSet<>();
        streams.values().forEach(stream -> uids.add(stream.uid()));
        return uids;
    }

    String agentId() {
        return agent.agentId();
    }
}
