package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.suite.SinalProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;

/** Reads the whole history of a stream through the public API, as NDJSON. */
final class History {
    private History() {}

    /** Every row, oldest first. */
    static List<JsonObject> rows(SinalProcess gateway, String agent, String stream) throws Exception {
        HttpResponse<String> answer =
                gateway.send(gateway.request("/telemetry/history?agent_id=" + agent + "&stream=" + stream)
                        .header("Accept", "application/x-ndjson")
                        .GET());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body()
                .lines()
                .filter(line -> !line.isBlank())
                .map(JsonObject::new)
                .toList();
    }

    /** {epoch, seq, value as a whole number} of every row, oldest first. */
    static List<long[]> positions(SinalProcess gateway, String agent, String stream, String metric) throws Exception {
        return rows(gateway, agent, stream).stream()
                .map(row -> {
                    Number value = row.getJsonObject("metrics").getNumber(metric);
                    return new long[] {
                        row.getLong("epoch"), row.getLong("seq"), value == null ? Long.MIN_VALUE : value.longValue()
                    };
                })
                .toList();
    }
}
