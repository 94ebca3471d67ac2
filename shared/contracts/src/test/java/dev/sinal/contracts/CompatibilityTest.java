package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.acp.AcpSchemas;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Records and schemas against the snapshot of what programs outside rely on: a field that goes, changes its type or becomes required, and a new
 * required field, fail. After an addition the snapshot is written anew: docs/contracts/README.md says how.
 */
class CompatibilityTest {
    private static final Path SNAPSHOT = Path.of("src/test/resources/compatibility.json");
    private static final String REQUIRED = "!";

    @Test
    void nothingThatReadersOrWritersRelyOnHasChanged() throws IOException {
        JsonObject present = present();
        if ("write".equals(System.getProperty("sinal.snapshot"))) {
            Files.writeString(SNAPSHOT, present.encodePrettily() + "\n");
        }

        assertThat(breaks(new JsonObject(Files.readString(SNAPSHOT)), present)).isEmpty();
    }

    @Test
    void anOptionalFieldMayBeAdded() {
        assertThat(breaks(shape("a", "string!"), shape("a", "string!", "b", "string")))
                .isEmpty();
        assertThat(breaks(shape("a", "string!"), shape("a", "string"))).isEmpty();
    }

    @Test
    void everythingElseBreaksSomebody() {
        assertThat(breaks(shape("a", "string"), shape())).containsExactly("X.a was removed");
        assertThat(breaks(shape("a", "string"), shape("a", "long"))).containsExactly("X.a was string and is long");
        assertThat(breaks(shape("a", "string"), shape("a", "string!"))).containsExactly("X.a became required");
        assertThat(breaks(shape(), shape("b", "string!"))).containsExactly("X.b is new and required");
        assertThat(breaks(shape(), new JsonObject())).containsExactly("X was removed");
    }

    private static JsonObject shape(String... fields) {
        JsonObject shape = new JsonObject();
        for (int i = 0; i < fields.length; i += 2) {
            shape.put(fields[i], fields[i + 1]);
        }
        return new JsonObject().put("X", shape);
    }

    /** What breaks somebody who was built against {@code before}. */
    private static List<String> breaks(JsonObject before, JsonObject after) {
        List<String> breaks = new ArrayList<>();
        for (String type : before.fieldNames()) {
            if (!after.containsKey(type)) {
                breaks.add(type + " was removed");
                continue;
            }
            JsonObject old = before.getJsonObject(type);
            JsonObject now = after.getJsonObject(type);
            old.fieldNames()
                    .forEach(field -> compare(type + "." + field, old.getString(field), now.getString(field), breaks));
            now.fieldNames().stream()
                    .filter(field ->
                            !old.containsKey(field) && now.getString(field).endsWith(REQUIRED))
                    .forEach(field -> breaks.add(type + "." + field + " is new and required"));
        }
        return breaks;
    }

    private static void compare(String field, String old, String now, List<String> breaks) {
        if (now == null) {
            breaks.add(field + " was removed");
        } else if (!plain(old).equals(plain(now))) {
            breaks.add(field + " was " + plain(old) + " and is " + plain(now));
        } else if (now.endsWith(REQUIRED) && !old.endsWith(REQUIRED)) {
            breaks.add(field + " became required");
        }
    }

    private static String plain(String type) {
        return type.replace(REQUIRED, "");
    }

    private static JsonObject present() {
        Map<String, Object> shapes = new TreeMap<>();
        for (Class<?> record : Records.all()) {
            JsonObject fields = new JsonObject();
            JsonObject names = Wire.write(Records.sample(record, true));
            List<String> snake = List.copyOf(names.fieldNames());
            RecordComponent[] components = record.getRecordComponents();
            assertThat(snake).as("fields of " + record).hasSize(components.length);
            for (int i = 0; i < components.length; i++) {
                String type = components[i].getGenericType().getTypeName().replaceAll("[a-z]+\\.", "");
                fields.put(snake.get(i), type + (Records.optional(components[i]) ? "" : REQUIRED));
            }
            shapes.put(Records.shortName(record), fields);
        }
        for (String type : AcpSchemas.TYPES) {
            JsonObject schema = AcpSchemas.of(type);
            JsonObject fields = new JsonObject();
            flatten("", schema, fields);
            shapes.put("acp/" + type, fields);
        }
        return new JsonObject(shapes);
    }

    /** Every property of a schema by its pointer, with its type. */
    private static void flatten(String at, JsonObject schema, JsonObject into) {
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        JsonArray required = schema.getJsonArray("required", new JsonArray());
        for (String name : properties.fieldNames()) {
            JsonObject property = properties.getJsonObject(name);
            String pointer = at + "/" + name;
            into.put(pointer, typeOf(property) + (required.contains(name) ? REQUIRED : ""));
            flatten(pointer, property, into);
            if (property.getValue("items") instanceof JsonObject items) {
                flatten(pointer + "/*", items, into);
            }
        }
    }

    private static String typeOf(JsonObject property) {
        if (property.containsKey("const")) {
            return "const " + property.getValue("const");
        }
        if (property.containsKey("enum")) {
            return "enum";
        }
        return property.getValue("type") instanceof JsonArray types
                ? types.stream()
                        .map(String::valueOf)
                        .sorted()
                        .reduce((a, b) -> a + "|" + b)
                        .orElse("")
                : String.valueOf(property.getValue("type"));
    }
}
