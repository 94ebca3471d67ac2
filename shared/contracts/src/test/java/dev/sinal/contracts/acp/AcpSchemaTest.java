package dev.sinal.contracts.acp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcpSchemaTest {
    static List<String> types() {
        return AcpSchemas.TYPES;
    }

    @ParameterizedTest
    @MethodSource("types")
    void acceptsItsExample(String type) {
        assertThat(accepts(type, example(type))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("types")
    void acceptsFieldsThatItDoesNotKnow(String type) {
        JsonObject message = example(type).put("invented", 1);
        message.getJsonObject("payload").put("invented", new JsonArray().add("x"));

        assertThat(accepts(type, message)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("types")
    void refusesABrokenFrame(String type) {
        assertThat(accepts(type, example(type).put("type", "other"))).isFalse();
        assertThat(accepts(type, example(type).put("payload", new JsonArray()))).isFalse();
        assertThat(accepts(type, example(type).put("timestamp", "yesterday"))).isFalse();
        assertThat(accepts(type, example(type).put("timestamp", "2026-01-02T03:04:05")))
                .isFalse();
        assertThat(accepts(type, example(type).put("version", 2))).isFalse();
        for (String field : List.of("type", "payload", "timestamp")) {
            JsonObject message = example(type);
            message.remove(field);
            assertThat(accepts(type, message)).as("without " + field).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void refusesAPayloadWithoutARequiredField(String type) {
        List<?> required = payloadSchema(type).getJsonArray("required").getList();

        assertThat(required).isNotEmpty();
        for (Object field : required) {
            JsonObject message = example(type);
            message.getJsonObject("payload").remove((String) field);
            assertThat(accepts(type, message)).as("without " + field).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void refusesEveryFieldOfTheWrongType(String type) {
        for (String field : payloadSchema(type).getJsonObject("properties").fieldNames()) {
            JsonObject message = example(type);
            boolean list = message.getJsonObject("payload").getValue(field) instanceof JsonArray;
            message.getJsonObject("payload").put(field, list ? "text" : new JsonArray().add(new JsonArray()));
            boolean isList = "array"
                    .equals(payloadSchema(type)
                            .getJsonObject("properties")
                            .getJsonObject(field)
                            .getString("type", ""));
            if (isList && !list) {
                message.getJsonObject("payload").put(field, "text");
            }
            assertThat(accepts(type, message)).as(field + " of the wrong type").isFalse();
        }
    }

    @Test
    void acceptsTheUpdateOfTheReadme() {
        JsonObject message = new JsonObject("""
                {"type": "telemetry_update", "payload": {"agent_id": "abc123", "metrics": {"heart_rate": 72, "temperature": 36.6}},
                 "timestamp": "2025-05-08T12:00:00Z"}""");

        assertThat(accepts(AcpMessage.TELEMETRY_UPDATE, message)).isTrue();
    }

    @Test
    void aChunkHasTimesOneWayOrTheOther() {
        JsonObject chunk = example(AcpMessage.TELEMETRY_CHUNK);
        chunk.getJsonObject("payload").remove("timestamps");
        assertThat(accepts(AcpMessage.TELEMETRY_CHUNK, chunk)).isFalse();

        chunk.getJsonObject("payload").put("t0", "2026-01-02T03:04:05Z").put("rate", 250);
        assertThat(accepts(AcpMessage.TELEMETRY_CHUNK, chunk)).isTrue();
    }

    @Test
    void everyTypeHasASchemaAndEverySchemaAType() throws IOException {
        List<String> constants = Stream.of(AcpMessage.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .map(AcpSchemaTest::value)
                .toList();
        try (Stream<Path> files = Files.list(Path.of("../../docs/contracts/acp"))) {
            List<String> schemas = files.map(
                            file -> file.getFileName().toString().replaceFirst("\\.v[0-9]+\\.schema\\.json$", ""))
                    .distinct()
                    .toList();
            assertThat(constants).containsExactlyInAnyOrderElementsOf(AcpSchemas.TYPES);
            assertThat(schemas).containsExactlyInAnyOrderElementsOf(AcpSchemas.TYPES);
        }
    }

    private static String value(java.lang.reflect.Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject example(String type) {
        return AcpSchemas.of(type).getJsonArray("examples").getJsonObject(0);
    }

    private static JsonObject payloadSchema(String type) {
        return AcpSchemas.of(type).getJsonObject("properties").getJsonObject("payload");
    }

    private static boolean accepts(String type, JsonObject message) {
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setBaseUri("https://sinal.dev/")
                .setOutputFormat(OutputFormat.Basic);
        return Validator.create(JsonSchema.of(AcpSchemas.of(type)), options)
                .validate(message)
                .getValid();
    }
}
