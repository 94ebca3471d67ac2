package dev.sinal.gateway.format;

import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotPoints;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;

/** A plot as the JSON of {@link PublicJson#plot}, written straight into bytes: one of 64 channels has some ten megabytes of it. */
public final class PlotJson {
    private static final int POINT = 130;

    private PlotJson() {}

    /** @throws IllegalArgumentException when packed points are damaged */
    public static Buffer of(PlotAnswer answer, Times times) {
        RowBytes out = new RowBytes(256);
        out.ascii("{\"series\":[");
        for (int i = 0; i < answer.series().size(); i++) {
            if (i > 0) {
                out.put(',');
            }
            series(out, answer.series().get(i), times);
        }
        out.ascii("],\"gaps\":");
        out.utf8(PublicJson.array(answer.gaps(), gap -> PublicJson.gap(gap, times))
                .encode());
        return out.put('}').take();
    }

    private static void series(RowBytes out, PlotAnswer.Series series, Times times) {
        PlotPoints points = series.columns();
        out.room(points.size() * POINT);
        out.ascii("{\"metric\":").quoted(series.metric());
        out.ascii(",\"stream\":").quoted(series.stream());
        out.ascii(",\"stream_id\":").utf8(Json.encode(series.streamId()));
        out.ascii(",\"unit\":").utf8(Json.encode(series.unit()));
        out.ascii(",\"bucket_s\":").number(series.bucketS());
        out.ascii(",\"points\":[");
        for (int i = 0; i < points.size(); i++) {
            out.ascii(i == 0 ? "{\"timestamp\":" : ",{\"timestamp\":");
            if (times == Times.UNIX_NS) {
                out.number(points.timestamp(i));
            } else {
                out.put('"').time(points.timestamp(i)).put('"');
            }
            out.ascii(",\"min\":");
            number(out, points.min(i));
            out.ascii(",\"max\":");
            number(out, points.max(i));
            out.ascii(",\"mean\":");
            number(out, points.mean(i));
            out.ascii(",\"n\":").number(points.n(i)).put('}');
        }
        out.ascii("]}");
    }

    /** What a scale has driven beyond the range of doubles is a string, as in every JSON of ours. */
    private static void number(RowBytes out, double value) {
        if (Double.isFinite(value)) {
            out.number(value);
        } else {
            out.utf8(Json.encode(value));
        }
    }
}
