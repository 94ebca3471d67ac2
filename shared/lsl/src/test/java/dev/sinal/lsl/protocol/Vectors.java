package dev.sinal.lsl.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Recorded bytes of native libraries. */
final class Vectors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    static byte[] bytes(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            if (in == null) {
                throw new AssertionError("no vector " + name);
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static JsonNode json(String name) {
        try {
            return JSON.readTree(bytes(name));
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    /** Names of all recorded 1.00 feeds, without extension. */
    static List<String> archives() {
        List<String> names = new ArrayList<>();
        for (String format : List.of("float32", "double64", "string", "int32", "int16", "int8", "int64")) {
            names.add("feed-1.17.7-" + format + "-100");
        }
        for (String format : List.of("float32", "string", "int8")) {
            names.add("feed-1.12-" + format + "-100");
        }
        return names;
    }

    /** Names of all recorded 1.10 feeds, without extension. */
    static List<String> feeds() {
        List<String> names = new ArrayList<>();
        for (String order : List.of("le", "be")) {
            for (String format : List.of("float32", "double64", "string", "int32", "int16", "int8", "int64")) {
                names.add("feed-1.17.7-" + format + "-" + order);
            }
            for (String format : List.of("float32", "string", "int8")) {
                names.add("feed-1.12-" + format + "-" + order);
            }
        }
        return names;
    }
}
