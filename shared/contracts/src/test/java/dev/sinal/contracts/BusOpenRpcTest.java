package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** docs/contracts/openrpc.json is what the interfaces and records say; docs/contracts/README.md says how to write it anew. */
class BusOpenRpcTest {
    private static final Path DOCUMENT = Path.of("../../docs/contracts/openrpc.json");

    private final Map<String, Object> schemas = new TreeMap<>();

    @Test
    void theDocumentIsWhatTheInterfacesSay() throws IOException {
        String present = document().encodePrettily() + "\n";
        if ("write".equals(System.getProperty("sinal.snapshot"))) {
            Files.writeString(DOCUMENT, present);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(present);
    }

    @Test
    void everyAddressIsOnThePageAboutTheBus() throws IOException {
        String page = Files.readString(Path.of("../../docs/contracts/bus.md"));
        for (Class<?> service : Services.all()) {
            assertThat(page)
                    .contains("`" + Services.address(service) + "`")
                    .contains("`" + service.getSimpleName() + "`");
        }
    }

    private JsonObject document() {
        JsonArray methods = new JsonArray();
        for (Class<?> service : Services.all()) {
            Services.methods(service).forEach(method -> methods.add(describe(service, method)));
        }
        return new JsonObject()
                .put("openrpc", "1.3.2")
                .put(
                        "info",
                        new JsonObject()
                                .put("title", "Sinal services on the event bus")
                                .put("version", "1.0.0")
                                .put(
                                        "description",
                                        "What the services of the suite answer on the clustered Vert.x event bus, by service proxy or by raw message: "
                                                + "bus.md beside this file says how. The JSON-RPC methods for programs outside the cluster are another document, "
                                                + "which every gateway serves at /openrpc.json."))
                .put("methods", methods)
                .put("components", new JsonObject().put("schemas", new JsonObject(schemas)));
    }

    private JsonObject describe(Class<?> service, Method method) {
        JsonArray params = new JsonArray();
        for (Parameter parameter : method.getParameters()) {
            params.add(new JsonObject()
                    .put("name", parameter.getName())
                    .put("required", !Services.nullable(parameter))
                    .put("schema", schema(parameter.getParameterizedType())));
        }
        JsonArray errors = new JsonArray();
        for (RpcError error : RpcError.values()) {
            errors.add(new JsonObject().put("code", error.code()).put("message", error.title()));
        }
        return new JsonObject()
                .put("name", service.getSimpleName() + "." + method.getName())
                .put("paramStructure", "by-name")
                .put("params", params)
                .put("result", new JsonObject().put("name", "result").put("schema", schema(Services.result(method))))
                .put("errors", errors)
                .put("x-bus-address", Services.address(service))
                .put("x-bus-header", new JsonObject().put("action", method.getName()));
    }

    private JsonObject schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == Map.class
                    ? of("object").put("additionalProperties", schema(arguments[1]))
                    : of("array").put("items", schema(arguments[0]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            String name = Records.shortName(plain).replace('$', '.');
            if (!schemas.containsKey(name)) {
                schemas.put(name, new JsonObject()); // a record may hold itself
                schemas.put(name, record(plain));
            }
            return new JsonObject().put("$ref", "#/components/schemas/" + name);
        } else if (plain == String.class) {
            return of("string");
        } else if (plain == long.class || plain == Long.class || plain == int.class || plain == Integer.class) {
            return of("integer");
        } else if (plain == double.class || plain == Double.class) {
            return of("number");
        } else if (plain == boolean.class || plain == Boolean.class) {
            return of("boolean");
        } else if (plain == JsonArray.class) {
            return of("array");
        } else if (plain == JsonObject.class) {
            return of("object");
        } else if (plain == Void.class) {
            return of("null");
        }
        throw new AssertionError("no schema for " + plain + ": teach this test one");
    }

    private JsonObject record(Class<?> type) {
        List<String> names = List.copyOf(Wire.write(Records.sample(type, true)).fieldNames());
        RecordComponent[] components = type.getRecordComponents();
        JsonObject properties = new JsonObject();
        JsonArray required = new JsonArray();
        for (int i = 0; i < components.length; i++) {
            properties.put(names.get(i), schema(components[i].getGenericType()));
            if (!Records.optional(components[i])) {
                required.add(names.get(i));
            }
        }
        return of("object").put("properties", properties).put("required", required);
    }

    private static JsonObject of(String type) {
        return new JsonObject().put("type", type);
    }
}
