package dev.sinal.contracts;

import io.vertx.core.json.JsonObject;

/** A writer and a reader per record that crosses a service proxy: the code generator wants them by name (META-INF/vertx/json-mappers.properties). */
public final class WireMappers {
    private WireMappers() {}

    public static JsonObject writeStartRequest(StartRequest value) {
        return Wire.write(value);
    }

    public static StartRequest readStartRequest(JsonObject json) {
        return Wire.read(json, StartRequest.class);
    }

    public static JsonObject writeStartReport(StartReport value) {
        return Wire.write(value);
    }

    public static StartReport readStartReport(JsonObject json) {
        return Wire.read(json, StartReport.class);
    }

    public static JsonObject writeStopRequest(StopRequest value) {
        return Wire.write(value);
    }

    public static StopRequest readStopRequest(JsonObject json) {
        return Wire.read(json, StopRequest.class);
    }

    public static JsonObject writeStopReport(StopReport value) {
        return Wire.write(value);
    }

    public static StopReport readStopReport(JsonObject json) {
        return Wire.read(json, StopReport.class);
    }

    public static JsonObject writeAgentStatus(AgentStatus value) {
        return Wire.write(value);
    }

    public static AgentStatus readAgentStatus(JsonObject json) {
        return Wire.read(json, AgentStatus.class);
    }

    public static JsonObject writeAgentSpec(AgentSpec value) {
        return Wire.write(value);
    }

    public static AgentSpec readAgentSpec(JsonObject json) {
        return Wire.read(json, AgentSpec.class);
    }

    public static JsonObject writeAdmission(Admission value) {
        return Wire.write(value);
    }

    public static Admission readAdmission(JsonObject json) {
        return Wire.read(json, Admission.class);
    }

    public static JsonObject writeDesiredAgent(DesiredAgent value) {
        return Wire.write(value);
    }

    public static DesiredAgent readDesiredAgent(JsonObject json) {
        return Wire.read(json, DesiredAgent.class);
    }

    public static JsonObject writeNodeReport(NodeReport value) {
        return Wire.write(value);
    }

    public static NodeReport readNodeReport(JsonObject json) {
        return Wire.read(json, NodeReport.class);
    }

    public static JsonObject writeNodeStatus(NodeStatus value) {
        return Wire.write(value);
    }

    public static NodeStatus readNodeStatus(JsonObject json) {
        return Wire.read(json, NodeStatus.class);
    }

    public static JsonObject writeMoveRequest(MoveRequest value) {
        return Wire.write(value);
    }

    public static MoveRequest readMoveRequest(JsonObject json) {
        return Wire.read(json, MoveRequest.class);
    }

    public static JsonObject writeDrainRequest(DrainRequest value) {
        return Wire.write(value);
    }

    public static DrainRequest readDrainRequest(JsonObject json) {
        return Wire.read(json, DrainRequest.class);
    }

    public static JsonObject writeStreamRecord(StreamRecord value) {
        return Wire.write(value);
    }

    public static StreamRecord readStreamRecord(JsonObject json) {
        return Wire.read(json, StreamRecord.class);
    }

    public static JsonObject writeEpochRecord(EpochRecord value) {
        return Wire.write(value);
    }

    public static EpochRecord readEpochRecord(JsonObject json) {
        return Wire.read(json, EpochRecord.class);
    }

    public static JsonObject writeClockRecord(ClockRecord value) {
        return Wire.write(value);
    }

    public static ClockRecord readClockRecord(JsonObject json) {
        return Wire.read(json, ClockRecord.class);
    }

    public static JsonObject writeGapQuery(GapQuery value) {
        return Wire.write(value);
    }

    public static GapQuery readGapQuery(JsonObject json) {
        return Wire.read(json, GapQuery.class);
    }

    public static JsonObject writeGapRecord(GapRecord value) {
        return Wire.write(value);
    }

    public static GapRecord readGapRecord(JsonObject json) {
        return Wire.read(json, GapRecord.class);
    }

    public static JsonObject writeLedgerRecord(LedgerRecord value) {
        return Wire.write(value);
    }

    public static LedgerRecord readLedgerRecord(JsonObject json) {
        return Wire.read(json, LedgerRecord.class);
    }

    public static JsonObject writePlotQuery(PlotQuery value) {
        return Wire.write(value);
    }

    public static PlotQuery readPlotQuery(JsonObject json) {
        return Wire.read(json, PlotQuery.class);
    }

    public static JsonObject writePlotAnswer(PlotAnswer value) {
        return Wire.write(value);
    }

    public static PlotAnswer readPlotAnswer(JsonObject json) {
        return Wire.read(json, PlotAnswer.class);
    }

    public static JsonObject writeLogEntry(LogEntry value) {
        return Wire.write(value);
    }

    public static LogEntry readLogEntry(JsonObject json) {
        return Wire.read(json, LogEntry.class);
    }

    public static JsonObject writeLogQuery(LogQuery value) {
        return Wire.write(value);
    }

    public static LogQuery readLogQuery(JsonObject json) {
        return Wire.read(json, LogQuery.class);
    }

    public static JsonObject writeMarkerEntry(MarkerEntry value) {
        return Wire.write(value);
    }

    public static MarkerEntry readMarkerEntry(JsonObject json) {
        return Wire.read(json, MarkerEntry.class);
    }

    public static JsonObject writeMarkerQuery(MarkerQuery value) {
        return Wire.write(value);
    }

    public static MarkerQuery readMarkerQuery(JsonObject json) {
        return Wire.read(json, MarkerQuery.class);
    }

    public static JsonObject writeVisibleStream(VisibleStream value) {
        return Wire.write(value);
    }

    public static VisibleStream readVisibleStream(JsonObject json) {
        return Wire.read(json, VisibleStream.class);
    }

    public static JsonObject writeAnalysisRequest(AnalysisRequest value) {
        return Wire.write(value);
    }

    public static AnalysisRequest readAnalysisRequest(JsonObject json) {
        return Wire.read(json, AnalysisRequest.class);
    }

    public static JsonObject writeRecommendRequest(RecommendRequest value) {
        return Wire.write(value);
    }

    public static RecommendRequest readRecommendRequest(JsonObject json) {
        return Wire.read(json, RecommendRequest.class);
    }

    public static JsonObject writeWatch(Watch value) {
        return Wire.write(value);
    }

    public static Watch readWatch(JsonObject json) {
        return Wire.read(json, Watch.class);
    }

    public static JsonObject writeDeletionRequest(DeletionRequest value) {
        return Wire.write(value);
    }

    public static DeletionRequest readDeletionRequest(JsonObject json) {
        return Wire.read(json, DeletionRequest.class);
    }

    public static JsonObject writeDeletionQuery(DeletionQuery value) {
        return Wire.write(value);
    }

    public static DeletionQuery readDeletionQuery(JsonObject json) {
        return Wire.read(json, DeletionQuery.class);
    }

    public static JsonObject writeDeletionRecord(DeletionRecord value) {
        return Wire.write(value);
    }

    public static DeletionRecord readDeletionRecord(JsonObject json) {
        return Wire.read(json, DeletionRecord.class);
    }

    public static JsonObject writePinRequest(PinRequest value) {
        return Wire.write(value);
    }

    public static PinRequest readPinRequest(JsonObject json) {
        return Wire.read(json, PinRequest.class);
    }

    public static JsonObject writePinQuery(PinQuery value) {
        return Wire.write(value);
    }

    public static PinQuery readPinQuery(JsonObject json) {
        return Wire.read(json, PinQuery.class);
    }

    public static JsonObject writePinRecord(PinRecord value) {
        return Wire.write(value);
    }

    public static PinRecord readPinRecord(JsonObject json) {
        return Wire.read(json, PinRecord.class);
    }
}
