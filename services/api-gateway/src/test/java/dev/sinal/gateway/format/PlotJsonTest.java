package dev.sinal.gateway.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotAnswer.Point;
import dev.sinal.contracts.PlotAnswer.Series;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlotJsonTest {
    private static final PlotAnswer ANSWER = new PlotAnswer(
            List.of(
                    new Series(
                            "a \"quoted\" µ",
                            "eeg",
                            null,
                            "µV",
                            0.0625,
                            List.of(
                                    new Point(-1, -1.5, 1e300, 5e-324, 3),
                                    new Point(1_700_000_000_123_456_789L, 0.1f, 0.1, 1.0 / 3, Long.MAX_VALUE))),
                    new Series("b", "\u0000\n", "id", "", 86_400, List.of(new Point(0, -0.0, 2, 1, 1))),
                    new Series("none", "eeg", "id", "", 1, List.of())),
            List.<GapRecord>of());

    @ParameterizedTest
    @EnumSource
    void theBytesSayWhatTheObjectsSay(Times times) {
        JsonObject objects = new JsonObject(PublicJson.plot(ANSWER, times).encode());
        JsonObject bytes = new JsonObject(PlotJson.of(ANSWER, times));

        assertThat(bytes.fieldNames()).containsExactlyElementsOf(objects.fieldNames());
        assertThat(bytes.getJsonArray("gaps")).isEqualTo(objects.getJsonArray("gaps"));
        JsonArray series = bytes.getJsonArray("series");
        assertThat(series).hasSize(3);
        for (int s = 0; s < series.size(); s++) {
            same(series.getJsonObject(s), objects.getJsonArray("series").getJsonObject(s));
        }
    }

    private static void same(JsonObject bytes, JsonObject objects) {
        for (String name : objects.fieldNames()) {
            if (!name.equals("points")) {
                assertThat(text(bytes.getValue(name))).isEqualTo(text(objects.getValue(name)));
            }
        }
        JsonArray expected = objects.getJsonArray("points");
        JsonArray points = bytes.getJsonArray("points");
        assertThat(points).hasSameSizeAs(expected);
        for (int i = 0; i < points.size(); i++) {
            JsonObject point = points.getJsonObject(i);
            JsonObject wanted = expected.getJsonObject(i);
            assertThat(point.fieldNames()).containsExactlyElementsOf(wanted.fieldNames());
            assertThat(point.getValue("timestamp")).isEqualTo(wanted.getValue("timestamp"));
            assertThat(point.getLong("n")).isEqualTo(wanted.getLong("n"));
            for (String value : List.of("min", "max", "mean")) {
                assertThat(point.getDouble(value)).isEqualTo(wanted.getDouble(value));
            }
        }
    }

    private static Object text(Object value) {
        return value instanceof Number number ? (Object) number.doubleValue() : String.valueOf(value);
    }
}
