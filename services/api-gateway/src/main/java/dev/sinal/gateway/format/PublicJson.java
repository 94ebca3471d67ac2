package dev.sinal.gateway.format;

import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.NodeStatus;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StartReport;
import dev.sinal.contracts.StopReport;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.contracts.Wire;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/** The suite's records in the shapes that programs outside rely on (docs/contracts/openapi.json). */
public final class PublicJson {
    private PublicJson() {}

    public static <T> JsonArray array(List<T> items, Function<T, ?> shape) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(shape.apply(item)));
        return array;
    }

    public static JsonObject started(StartReport report) {
        return new JsonObject()
                .put("agent_id", report.agentId())
                .put("status", report.status())
                .put("state", report.state())
                .put("ready", report.ready())
                .put("waiting_for", array(report.waitingFor(), PublicJson::waiting));
    }

    public static JsonObject stopped(StopReport report) {
        JsonObject committed = new JsonObject();
        report.committed().forEach((stream, position) -> committed.put(stream, position(position)));
        JsonObject json = new JsonObject()
                .put("agent_id", report.agentId())
                .put("status", report.status())
                .put("state", report.state())
                .put("drained", report.drained())
                .put("committed", committed);
        return report.status().equals("stopped") ? json : json.put("pending", report.pending());
    }

    private static JsonObject position(Position position) {
        return new JsonObject().put("epoch", position.epoch()).put("seq", position.seq());
    }

    private static JsonObject waiting(WaitingFor waiting) {
        return new JsonObject()
                .put("query", waiting.query())
                .put("reason", waiting.reason())
                .put("candidates", new JsonArray(waiting.candidates()));
    }

    public static JsonObject status(AgentStatus status, Times times) {
        return new JsonObject()
                .put("agent_id", status.agentId())
                .put("kind", status.kind())
                .put("state", status.state())
                .put("since", times.json(status.since()))
                .put("reason", status.reason())
                .put("node", status.node())
                .put("generation", status.generation())
                .put("restarts", status.restarts())
                .put("waiting_for", array(status.waitingFor(), PublicJson::waiting))
                .put("streams", array(status.streams(), stream -> streamStatus(stream, times)));
    }

    public static JsonObject node(NodeStatus node, Times times) {
        return new JsonObject()
                .put("node", node.node())
                .put("node_id", node.nodeId())
                .put("state", node.state())
                .put("agents", new JsonArray(node.agents()))
                .put("load", node.load())
                .put("seen_at", times.json(node.seenAt()));
    }

    private static JsonObject streamStatus(StreamStatus stream, Times times) {
        StreamStatus.Clock clock = stream.clock();
        JsonObject json = new JsonObject()
                .put("id", stream.id())
                .put("name", stream.name())
                .put("state", stream.state())
                .put("rate", stream.rate())
                .put("nominal_rate", stream.nominalRate())
                .put("lag_s", stream.lagS())
                .put("last_sample", times.json(stream.lastSample()))
                .put("gaps", stream.gaps())
                .put("clock", clock == null ? null : Wire.write(clock));
        if (stream.reason() != null) {
            json.put("reason", stream.reason());
        }
        Position accepted = stream.accepted();
        if (accepted != null) {
            json.put("accepted", position(accepted));
        }
        Position committed = stream.committed();
        return committed == null ? json : json.put("committed", position(committed));
    }

    public static JsonObject channel(ChannelDescriptor channel) {
        return new JsonObject()
                .put("label", channel.label())
                .put("metric", channel.metric())
                .put("unit", channel.unit())
                .put("unit_source", channel.unitSource())
                .put("type", channel.type());
    }

    public static JsonObject gap(GapRecord gap, Times times) {
        JsonObject json = new JsonObject()
                .put("stream", gap.streamName() == null ? gap.stream() : gap.streamName())
                .put("stream_id", gap.stream())
                .put("epoch", gap.epoch())
                .put("from", times.json(gap.from()))
                .put("to", times.json(gap.to()))
                .put("estimated_samples", gap.estimatedSamples())
                .put("cause", gap.cause());
        if (gap.agentId() != null) {
            json.put("agent_id", gap.agentId());
        }
        return gap.evidence() == null ? json : json.put("evidence", gap.evidence());
    }

    public static JsonObject epoch(EpochRecord epoch, Times times) {
        return new JsonObject()
                .put("epoch", epoch.epoch())
                .put("node", epoch.node())
                .put("fence", epoch.fence())
                .put("committed_seq", epoch.committedSeq())
                .put("opened_at", times.json(epoch.openedAt()))
                .put("closed_at", times.json(epoch.closedAt()))
                .put("close_reason", epoch.closeReason())
                .put("first_timestamp", times.json(epoch.firstTimestamp()))
                .put("last_timestamp", times.json(epoch.lastTimestamp()))
                .put("time_basis", epoch.timeBasis())
                .put(
                        "overlaps",
                        array(
                                epoch.overlaps(),
                                overlap -> new JsonObject()
                                        .put("shown_by", overlap.shownBy())
                                        .put("from", times.json(overlap.from()))
                                        .put("to", times.json(overlap.to()))))
                .put("channels", array(epoch.stream().channels(), PublicJson::channel));
    }

    public static JsonObject clock(ClockRecord clock, Times times) {
        return new JsonObject()
                .put("epoch", clock.epoch())
                .put("measured_at", times.json(clock.measuredAt()))
                .put("correction_s", clock.correctionS())
                .put("rtt_s", clock.rttS())
                .put("ok", clock.ok())
                .put("reason", clock.reason());
    }

    public static JsonObject ledger(LedgerRecord ledger) {
        return new JsonObject()
                .put("stream", ledger.stream())
                .put("expected", ledger.expected())
                .put("expected_basis", ledger.expectedBasis())
                .put("received", ledger.received())
                .put("accepted", ledger.accepted())
                .put("committed", ledger.committed())
                .put("gaps", ledger.gapSamples())
                .put("gap_count", ledger.gaps())
                .put("unexplained", ledger.unexplained())
                .put("superseded", ledger.superseded())
                .put("deleted", ledger.deleted())
                .put("expired", ledger.expired());
    }

    public static JsonObject deletion(DeletionRecord deletion, Times times) {
        return new JsonObject()
                .put("id", deletion.id())
                .put("agent_id", deletion.agentId())
                .put("stream", deletion.stream())
                .put("from", times.json(deletion.from()))
                .put("to", times.json(deletion.to()))
                .put("state", deletion.state())
                .put("requested_by", deletion.requestedBy())
                .put("requested_at", times.json(deletion.requestedAt()))
                .put("finished_at", times.json(deletion.finishedAt()))
                .put("samples", deletion.samples())
                .put("chunks", deletion.chunks())
                .put("bytes", deletion.bytes())
                .put("markers", deletion.markers())
                .put(
                        "streams",
                        array(
                                deletion.streams(),
                                part -> new JsonObject()
                                        .put("stream", part.stream())
                                        .put("name", part.name())
                                        .put("samples", part.samples())
                                        .put("chunks", part.chunks())
                                        .put("bytes", part.bytes())
                                        .put("first", times.json(part.firstTimestamp()))
                                        .put("last", times.json(part.lastTimestamp()))))
                .put("error", deletion.error());
    }

    public static JsonObject pin(PinRecord pin, Times times) {
        return new JsonObject()
                .put("id", pin.id())
                .put("agent_id", pin.agentId())
                .put("stream", pin.stream())
                .put("from", times.json(pin.from()))
                .put("to", times.json(pin.to()))
                .put("reason", pin.reason())
                .put("created_by", pin.createdBy())
                .put("created_at", times.json(pin.createdAt()))
                .put(
                        "expired",
                        array(
                                pin.expired(),
                                part -> new JsonObject()
                                        .put("from", times.json(part.from()))
                                        .put("to", times.json(part.to()))));
    }

    public static JsonObject marker(MarkerEntry marker, Times times) {
        return new JsonObject()
                .put("id", marker.id())
                .put("agent_id", marker.agentId())
                .put("stream", marker.stream())
                .put("label", marker.label())
                .put("value", marker.value())
                .put("timestamp", times.json(marker.timestamp()))
                .put("duration_s", marker.durationS())
                .put("time_basis", marker.timeBasis())
                .put("uncertainty_s", marker.uncertaintyS())
                .put("source", marker.source())
                .put("author", marker.author());
    }

    public static JsonObject log(LogEntry entry, Times times) {
        JsonObject json = new JsonObject()
                .put("id", entry.id())
                .put("agent_id", entry.agentId())
                .put("timestamp", times.json(entry.timestamp()))
                .put("level", entry.level())
                .put("source", entry.source())
                .put("message", entry.message());
        return entry.data() == null ? json : json.put("data", entry.data());
    }

    public static JsonObject plot(PlotAnswer answer, Times times) {
        return new JsonObject()
                .put("series", array(answer.series(), series -> series(series, times)))
                .put("gaps", array(answer.gaps(), gap -> gap(gap, times)));
    }

    private static JsonObject series(PlotAnswer.Series series, Times times) {
        return new JsonObject()
                .put("metric", series.metric())
                .put("stream", series.stream())
                .put("stream_id", series.streamId())
                .put("unit", series.unit())
                .put("bucket_s", series.bucketS())
                .put(
                        "points",
                        array(
                                series.columns().list(),
                                point -> new JsonObject()
                                        .put("timestamp", times.json(point.timestamp()))
                                        .put("min", point.min())
                                        .put("max", point.max())
                                        .put("mean", point.mean())
                                        .put("n", point.n())));
    }
}
