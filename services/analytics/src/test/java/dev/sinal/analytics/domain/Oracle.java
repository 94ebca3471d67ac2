package dev.sinal.analytics.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** R's answers: {@code src/test/resources/r/oracle.json}, made by the script beside it. Fifteen digits. */
final class Oracle {
    static final JsonObject R = read();

    private Oracle() {}

    private static JsonObject read() {
        try (var in = Oracle.class.getResourceAsStream("/r/oracle.json")) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonObject> cases(String name) {
        return R.getJsonArray(name).stream().map(JsonObject.class::cast).toList();
    }

    static double[] numbers(JsonObject json, String name) {
        JsonArray array = json.getJsonArray(name);
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.getDouble(i);
        }
        return numbers;
    }

    /** Agree to so many parts of the expected value. */
    static void assertClose(String what, double actual, double expected, double relative) {
        assertThat(Math.abs(actual - expected))
                .as("%s: %s for %s", what, actual, expected)
                .isLessThanOrEqualTo(relative * Math.max(Math.abs(expected), Double.MIN_NORMAL));
    }
}
