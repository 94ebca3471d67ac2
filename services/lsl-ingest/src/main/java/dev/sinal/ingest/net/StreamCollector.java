package dev.sinal.ingest.net;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.ingest.domain.ChannelPlan;
import dev.sinal.ingest.domain.FormerPart;
import dev.sinal.ingest.domain.GapFinding;
import dev.sinal.ingest.domain.Moment;
import dev.sinal.ingest.domain.PreviousEnd;
import dev.sinal.ingest.domain.RateMeter;
import dev.sinal.ingest.domain.StampRemarks;
import dev.sinal.ingest.domain.StreamGate;
import dev.sinal.ingest.domain.StreamIntake;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockReset;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import dev.sinal.lsl.SuspectStamps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One stream of one agent, from its inlet to the log and to live viewers. Used on one event loop. */
final class StreamCollector implements InletListener, StreamIntake.Sink, OutletBreaker.Outlet, EpochDiary.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(StreamCollector.class);
    private static final double STALLED_S = 5;
    private static final double COMPLAIN_S = 10;

    /** Told when something ends that must not, or when the report changes. */
    interface Owner {
        void crashed(StreamCollector stream, Throwable why);

        void changed();
    }

    private final Tools tools;
    private final Owner owner;
    private final String agentId;
    private final String id;
    private final String name;
    private final StreamSpec spec;
    private final StreamInfo found;
    private final LongSupplier fence;
    private final FormerParts formerParts;
    private final RateMeter rate = new RateMeter();
    private final StampRemarks remarks = new StampRemarks();
    private final Context context;
    private final StreamIntake intake;
    private final StreamGate gate;
    private final OutletBreaker breaker;
    private final EpochDiary diary;

    private @Nullable Inlet inlet;
    private @Nullable StreamWatch watch;
    private boolean seenElsewhere;
    private String doubt = "";
    private @Nullable StreamInfo full;
    private @Nullable ChannelPlan plan;
    private String state = "connecting";
    private double complainedAt = Double.NEGATIVE_INFINITY;
    private double lastArrival = Double.NaN;
    private long gaps;
    private boolean delivered;
    private boolean formerLooked;
    private boolean closed;
    private @Nullable Future<Void> closing;

    StreamCollector(
            Tools tools,
            Owner owner,
            String agentId,
            String id,
            String name,
            StreamSpec spec,
            StreamInfo found,
            @Nullable PreviousEnd previous,
            LongSupplier fence,
            FormerParts formerParts,
            boolean coming) {
        this.tools = tools;
        this.owner = owner;
        this.agentId = agentId;
        this.id = id;
        this.name = name;
        this.spec = spec;
        this.found = found;
        this.fence = fence;
        this.formerParts = formerParts;
        this.context = tools.vertx().getOrCreateContext();
        this.intake = new StreamIntake(id, found.nominalRate(), found.format(), previous, tools.random(), this);
        this.gate = new StreamGate(found.nominalRate(), intake, coming);
        this.breaker = new OutletBreaker(tools.vertx(), tools.stats().breakers, id, this);
        this.diary = new EpochDiary(tools, agentId, id, name, this);
    }

    void begin() {
        breaker.start();
    }

    /** Where it was last seen; if the device has been seen elsewhere, the inlet finds it by its own rules. */
    @Override
    public void open() {
        stopWatching();
        Inlet before = inlet;
        StreamInfo known = before == null ? found : before.info();
        StreamInfo wanted = seenElsewhere ? known.withEndpoints(Endpoint.NONE, Endpoint.NONE) : known;
        seenElsewhere = false;
        inlet = tools.lsl().openInlet(wanted, InletOptions.defaults(), this);
    }

    /** Nothing is tried, but the device is looked for: another outlet of it is tried at once. */
    @Override
    public void shut(String reason) {
        Inlet open = inlet;
        if (open == null || closed) {
            return;
        }
        LOG.warn("an outlet takes no connections agent={} stream={} reason={}", agentId, name, reason);
        open.close();
        StreamInfo known = open.info();
        watch = tools.lsl().watch(StreamQuery.byName(found.name()), new StreamWatch.Listener() {
            @Override
            public void appeared(StreamInfo info) {
                if (info.sameIdentity(known) && !info.uid().equals(known.uid())) {
                    context.runOnContext(ignored -> seenAnew());
                }
            }

            @Override
            public void vanished(StreamInfo info) {
                // the tries go on
            }
        });
        owner.changed();
    }

    private void seenAnew() {
        if (watch != null) {
            seenElsewhere = true;
            breaker.reset();
        }
    }

    private void stopWatching() {
        StreamWatch looking = watch;
        watch = null;
        if (looking != null) {
            looking.close();
        }
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    StreamInfo found() {
        return found;
    }

    /** Of the outlet that it reads now. */
    String uid() {
        StreamInfo info = full;
        return info == null ? found.uid() : info.uid();
    }

    /** connecting, running, stalled or lost. */
    String state() {
        double now = Clocks.now().lsl();
        double quiet =
                found.nominalRate() > 0 ? Math.max(STALLED_S, 3 / found.nominalRate()) : Double.POSITIVE_INFINITY;
        return state.equals("running") && now - lastArrival > quiet ? "stalled" : state;
    }

    /** Whether samples have come since it was opened. An irregular stream may have nothing to say for long: being connected is enough. */
    boolean delivered() {
        return delivered || (found.nominalRate() == 0 && connected());
    }

    /** Whether it is connected. */
    boolean connected() {
        return state.equals("running");
    }

    boolean refusing() {
        return intake.refusedNow() > 0;
    }

    /** What is wrong with it, for people: no connections are taken, or channels that were asked for are not there; empty when all is well. */
    String problem() {
        if (!doubt.isEmpty()) {
            return "stream '" + name + "': " + doubt;
        }
        if (!breaker.reason().isEmpty()) {
            return "stream '" + name + "': " + breaker.reason();
        }
        ChannelPlan known = plan;
        return known == null || known.missing().isEmpty()
                ? ""
                : "stream '" + name + "' has no channel " + String.join(", ", known.missing());
    }

    /** Samples times channels per second. */
    double load() {
        ChannelPlan known = plan;
        return known == null || closed ? 0 : rate.hz(Clocks.now().lsl()) * known.columns().length;
    }

    /** See {@link StreamGate}: these are about a change of the node. */
    @Nullable
    Double proposal() {
        return closed ? null : gate.proposal(Clocks.now());
    }

    void answered(boolean keepsToIt) {
        guarded(() -> gate.answered(keepsToIt));
    }

    boolean decided() {
        return gate.decided();
    }

    void release() {
        guarded(() -> gate.release(false));
    }

    boolean cutAt(double cut) {
        return !closed && gate.cutAt(cut, Clocks.now());
    }

    boolean cutting() {
        return gate.cutting();
    }

    boolean cutOff() {
        return gate.ended(Clocks.now());
    }

    /** A problem, else what is remarkable about the stamps, which are dealt with and stop nobody. */
    private @Nullable String reason(double lslNow) {
        String problem = problem();
        String remark = problem.isEmpty() ? remarks.text(lslNow) : problem;
        return remark.isEmpty() ? null : remark;
    }

    StreamStatus status() {
        Moment now = Clocks.now();
        long pending = tools.lane().pending(id);
        double lag = pending == 0 ? 0 : Math.max(0, (now.utc() - tools.lane().oldestAt(id)) / 1e9);
        ClockProbe probe = intake.lastGoodProbe();
        return new StreamStatus(
                id,
                name,
                state(),
                rate.hz(now.lsl()),
                found.nominalRate(),
                lag,
                intake.lastSample(),
                gaps,
                probe == null ? null : new StreamStatus.Clock(probe.correction(), probe.rtt()),
                diary.accepted(),
                tools.lane().committed(id),
                reason(now.lsl()));
    }

    void tick(Moment now, boolean wallJumped) {
        guarded(() -> {
            if (wallJumped) {
                intake.wallJumped(now);
            }
            intake.tick(now);
        });
    }

    @Override
    public void opened(StreamInfo description, boolean recovered) {
        doubt = "";
        breaker.connected();
        remarks.clear();
        guarded(() -> {
            StreamInfo before = full;
            boolean another = recovered || (before != null && !before.uid().equals(description.uid()));
            full = description;
            ChannelPlan fresh = ChannelPlan.of(description, spec);
            plan = fresh;
            diary.steps(fresh.steps());
            state = "running";
            lastArrival = Clocks.now().lsl();
            gate.opened(fresh.columns(), another, Clocks.now());
            diary.appeared();
            owner.changed();
        });
    }

    @Override
    public void samples(SampleBatch batch) {
        Moment now = Clocks.now();
        lastArrival = now.lsl();
        rate.add(batch.size(), now.lsl());
        tools.stats().received.increment(batch.size());
        guarded(() -> gate.samples(batch, now));
        if (!delivered) {
            delivered = true;
            owner.changed();
        }
    }

    @Override
    public void lost(String reason) {
        guarded(() -> {
            state = "lost";
            gate.lost(reason, Clocks.now());
            diary.lost(reason);
            LOG.warn("a stream is lost agent={} stream={} reason={}", agentId, name, reason);
            owner.changed();
        });
        breaker.lost(reason);
    }

    /** One of them may be another device: which, only people can tell. */
    @Override
    public void duplicate(List<StreamInfo> candidates) {
        doubt = candidates.size() + " outlets have its identity (on "
                + candidates.stream()
                        .map(StreamInfo::hostname)
                        .distinct()
                        .sorted()
                        .limit(5)
                        .collect(Collectors.joining(", "))
                + "); none is read until one is left: stop the others or give each a source_id of its own";
        tools.stats().duplicates.increment();
        LOG.warn("a stream has several outlets agent={} stream={} outlets={}", agentId, name, candidates.size());
        owner.changed();
    }

    /** What is expected of the stream follows from its rate, so it is collected anew. */
    @Override
    public void rateChanged(double before, double now) {
        owner.crashed(this, new IllegalStateException("nominal rate is " + now + " Hz, was " + before + " Hz"));
    }

    @Override
    public void warned(LslProtocolException what) {
        tools.stats().streamsFlagged.increment();
        LOG.warn("a stream is not as it declares agent={} stream={} reason={}", agentId, name, what.getMessage());
    }

    @Override
    public void attemptFailed(String reason) {
        breaker.failed(reason);
    }

    @Override
    public void probe(ClockProbe probe) {
        Moment now = Clocks.now();
        guarded(() -> intake.probe(probe, now));
        diary.probe(probe, now);
    }

    /** Whether an epoch ends with it, the intake decides. */
    @Override
    public void clockReset(ClockReset reset) {
        tools.stats().clockResets.increment();
        LOG.warn(
                "a clock is not what it was agent={} stream={} cause={} reason={}",
                agentId,
                name,
                reset.cause(),
                reset.reason());
    }

    @Override
    public void stampsSuspect(SuspectStamps found) {
        remarks.add(found, Clocks.now().lsl());
        tools.stats().stampsSuspect(found.kind());
        LOG.warn(
                "stamps are suspect agent={} stream={} kind={} count={} detail={}",
                agentId,
                name,
                found.kind(),
                found.count(),
                found.detail());
        owner.changed();
    }

    @Override
    public void failed(LslException error) {
        state = "lost";
        owner.crashed(this, error);
    }

    @Override
    public void epochOpened(long epoch, String reason) {
        StreamInfo info = full == null ? found : full;
        ChannelPlan channels = plan == null ? ChannelPlan.of(info, spec) : plan;
        StreamDescriptor stream = new StreamDescriptor(
                id,
                agentId,
                name,
                info.name(),
                info.type(),
                info.sourceId(),
                info.hostname(),
                info.uid(),
                info.sessionId(),
                info.format().wireName(),
                info.nominalRate(),
                spec.role(),
                channels.channels());
        diary.open(epoch, stream, fence.getAsLong());
        tools.stats().epochs.increment();
        // A full log ends an epoch with every block that it refuses.
        LOG.atLevel(reason.equals(GapFinding.LOG_FULL) ? Level.DEBUG : Level.INFO)
                .log("an epoch begins agent={} stream={} epoch={} reason={}", agentId, name, epoch, reason);
    }

    @Override
    public void stored(SampleBlock block) {
        if (gate.begunAtCut() && !formerLooked) {
            formerLooked = true;
            long first = block.timestamps()[0];
            formerParts.look(id, new FormerPart(tools.node(), block.epoch(), first, found.nominalRate()), this::gap);
        }
        diary.store(block);
    }

    @Override
    public void accepted(SampleBlock block) {
        tools.lane().accepted(id, Clocks.now().utc());
        intake.accepted(block.epoch(), block.timestamps()[0], block.timestamps()[block.size() - 1]);
    }

    @Override
    public @Nullable StreamInfo description() {
        return full;
    }

    @Override
    public void refused(SampleBlock block, Throwable why) {
        Moment now = Clocks.now();
        tools.stats().refused.increment(block.size());
        if (now.lsl() - complainedAt > COMPLAIN_S) {
            complainedAt = now.lsl();
            LOG.error("samples are refused agent={} stream={} reason={}", agentId, name, why.getMessage());
            owner.changed();
        }
        if (why instanceof ChunkFormatException) {
            LOG.error("a block cannot be encoded agent={} stream={}", agentId, name, why);
        }
        guarded(() -> intake.refused(block.epoch(), block.size(), block.timestamps()[0], now));
    }

    @Override
    public void live(SampleBlock block) {
        diary.live(block);
    }

    @Override
    public void gap(GapFinding found) {
        if (diary.gap(found)) {
            gaps++;
        }
    }

    @Override
    public void epochClosed(long epoch, long lastSeq, String reason) {
        diary.close(epoch, lastSeq, reason);
    }

    /** Closes the inlet and logs what it delivered. */
    Future<Void> close(String reason, boolean onPurpose) {
        Future<Void> earlier = closing;
        if (earlier != null) {
            return earlier;
        }
        closed = true;
        breaker.close();
        stopWatching();
        Inlet open = inlet;
        Future<Void> shut = open == null ? Future.succeededFuture() : open.close();
        Future<Void> mine = shut.transform(ignored -> {
                    gate.release(false);
                    intake.close(reason, Clocks.now());
                    return diary.written();
                })
                .transform(ignored -> diary.written()) // the note that closes the epoch came last
                .transform(ignored -> onPurpose ? tools.log().endedOnPurpose(id) : Future.succeededFuture());
        closing = mine;
        return mine;
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("collecting a stream failed agent={} stream={}", agentId, name, e);
            owner.crashed(this, e);
        }
    }
}
