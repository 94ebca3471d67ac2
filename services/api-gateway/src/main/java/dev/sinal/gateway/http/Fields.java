package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one operation, from a query string or a JSON object, read by type. What is wrong is INVALID_PARAMS naming the field. Every
 * name that is asked for becomes known; {@link #refuseUnknown} refuses the others, because a mistyped name would silently change the answer.
 */
public final class Fields {
    private static final int MAX_LIST = 1_000;

    private final Map<String, ?> values;
    private final boolean query;
    private final String at;
    private final Set<String> known = new HashSet<>();

    private Fields(Map<String, ?> values, boolean query, String at) {
        this.values = values;
        this.query = query;
        this.at = at;
    }

    public static Fields query(MultiMap parameters) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        parameters.forEach((name, value) ->
                values.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
        return new Fields(values, true, "");
    }

    public static Fields json(JsonObject object) {
        return json(object, "");
    }

    /** @param at JSON Pointer of the object in its document */
    public static Fields json(JsonObject object, String at) {
        Map<String, Object> values = new LinkedHashMap<>();
        object.forEach(field -> values.put(field.getKey(), field.getValue()));
        return new Fields(values, false, at);
    }

    /** JSON Pointer in a body, plain name in a query string. */
    public String pointer(String name) {
        return query ? name : at + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    public boolean has(String name) {
        known.add(name);
        return values.get(name) != null;
    }

    private @Nullable Object raw(String name) {
        known.add(name);
        Object value = values.get(name);
        if (query && value instanceof List<?> list) {
            if (list.size() > 1) {
                throw invalid(name, "is given " + list.size() + " times");
            }
            return list.get(0);
        }
        return value;
    }

    public RuntimeException invalid(String name, String problem) {
        return RpcError.invalid(pointer(name), name + " " + problem);
    }

    public @Nullable String textOrNull(String name) {
        Object value = raw(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            if (text.isEmpty()) {
                throw invalid(name, "is empty");
            }
            return text;
        }
        throw invalid(name, "must be a string");
    }

    public String text(String name) {
        String value = textOrNull(name);
        if (value == null) {
            throw invalid(name, "is missing");
        }
        return value;
    }

    /** @param allowed first = default */
    public String choice(String name, String... allowed) {
        String value = textOrNull(name);
        if (value == null) {
            return allowed[0];
        }
        if (!List.of(allowed).contains(value)) {
            throw invalid(name, "must be one of " + String.join(", ", allowed));
        }
        return value;
    }

    public int integer(String name, int byDefault, int min, int max) {
        Long value = longOrNull(name, min, max);
        return value == null ? byDefault : Math.toIntExact(value);
    }

    public @Nullable Long longOrNull(String name, long min, long max) {
        Object value = raw(name);
        if (value == null) {
            return null;
        }
        Long number = null;
        if (value instanceof Integer || value instanceof Long) {
            number = ((Number) value).longValue();
        } else if (query && value instanceof String text) {
            try {
                number = Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                number = null;
            }
        }
        if (number == null) {
            throw invalid(name, "must be a whole number");
        }
        if (number < min || number > max) {
            throw invalid(name, "must be " + min + " to " + max + ", was " + number);
        }
        return number;
    }

    public @Nullable Double numberOrNull(String name, double min, double max) {
        Object value = raw(name);
        if (value == null) {
            return null;
        }
        Double number = null;
        if (value instanceof Number given) {
            number = given.doubleValue();
        } else if (query && value instanceof String text) {
            try {
                number = Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                number = null;
            }
        }
        if (number == null || number.isNaN()) {
            throw invalid(name, "must be a number");
        }
        if (number < min || number > max) {
            throw invalid(name, "must be " + min + " to " + max + ", was " + number);
        }
        return number;
    }

    public double number(String name, double byDefault, double min, double max) {
        Double value = numberOrNull(name, min, max);
        return value == null ? byDefault : value;
    }

    public boolean flag(String name, boolean byDefault) {
        Boolean value = flagOrNull(name);
        return value == null ? byDefault : value;
    }

    public @Nullable Boolean flagOrNull(String name) {
        Object value = raw(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (query && ("true".equals(value) || "false".equals(value))) {
            return Boolean.valueOf(String.valueOf(value));
        }
        throw invalid(name, "must be true or false");
    }

    /** Verbatim values: each occurrence in a query string; an array of strings or one string in JSON. */
    public List<String> texts(String name) {
        known.add(name);
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        Collection<?> items = value instanceof JsonArray array
                ? array.getList()
                : value instanceof Collection<?> collection ? collection : List.of(value);
        List<String> texts = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof String text) || text.isEmpty()) {
                throw invalid(name, "must be one or more non-empty strings");
            }
            texts.add(text);
        }
        if (texts.size() > MAX_LIST) {
            throw invalid(name, "has " + texts.size() + " values, at most " + MAX_LIST + " are taken");
        }
        return texts;
    }

    public @Nullable JsonObject objectOrNull(String name) {
        Object value = raw(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        throw invalid(name, "must be an object");
    }

    /** Zone of bare dates, from {@code tz}. */
    public ZoneId zone() {
        String name = textOrNull("tz");
        if (name == null) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(name.strip());
        } catch (DateTimeException e) {
            throw invalid("tz", "must be a time zone such as Europe/Berlin or +02:00");
        }
    }

    /** A moment, UTC ns. */
    public @Nullable Long timeOrNull(String name) {
        String text = textOrNull(name);
        if (text == null) {
            return null;
        }
        try {
            return UtcNanos.parse(text, zone());
        } catch (DateTimeException | ArithmeticException e) {
            throw RpcError.invalid(pointer(name), name + ": " + e.getMessage());
        }
    }

    /** {@code start_date} and {@code end_date}, half open. */
    public TimeRange range() {
        Long from = timeOrNull("start_date");
        Long to = timeOrNull("end_date");
        zone();
        if (from != null && to != null && from >= to) {
            throw invalid("end_date", "must be after start_date; a range is start <= t < end");
        }
        return new TimeRange(from, to);
    }

    /** @throws io.vertx.serviceproxy.ServiceException INVALID_PARAMS naming what nobody asked for */
    public void refuseUnknown() {
        JsonArray errors = new JsonArray();
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                errors.add(new JsonObject()
                        .put("pointer", pointer(name))
                        .put(
                                "detail",
                                "unknown; known are "
                                        + String.join(
                                                ", ", known.stream().sorted().toList())));
            }
        }
        if (!errors.isEmpty()) {
            String names = String.join(
                    ", ",
                    values.keySet().stream().filter(n -> !known.contains(n)).toList());
            throw RpcError.INVALID_PARAMS.exception("unknown: " + names, new JsonObject().put("errors", errors));
        }
    }
}
