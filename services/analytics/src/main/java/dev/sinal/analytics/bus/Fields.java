package dev.sinal.analytics.bus;

import dev.sinal.contracts.RpcError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object read field by field; whatever is wrong fails with INVALID_PARAMS naming the field. JSON null counts as absent. */
final class Fields {
    private static final int MOST_ITEMS = 64;
    private static final int LONGEST_TEXT = 256;

    private final JsonObject json;
    private final String pointer;

    /** @param pointer of this object, empty for the whole document */
    Fields(JsonObject json, String pointer) {
        this.json = json;
        this.pointer = pointer;
    }

    String pointer(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    boolean has(String name) {
        return json.getValue(name) != null;
    }

    /** @param known every name that may be there */
    void refuseUnknown(Set<String> known, String where) {
        for (Map.Entry<String, Object> field : json) {
            if (!known.contains(field.getKey())) {
                throw RpcError.invalid(
                        pointer(field.getKey()),
                        "'" + field.getKey() + "' is not a field of " + where + Near.hint(field.getKey(), known));
            }
        }
    }

    @Nullable
    String text(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text) || text.isBlank() || text.length() > LONGEST_TEXT) {
            throw RpcError.invalid(pointer(name), name + " must be a text of 1 to " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    /** One of these. */
    String choice(String name, String byDefault, List<String> choices) {
        String text = text(name);
        if (text == null) {
            return byDefault;
        }
        if (!choices.contains(text)) {
            throw RpcError.invalid(
                    pointer(name),
                    name + " must be one of " + String.join(", ", choices) + ", was '" + text + "'"
                            + Near.hint(text, choices));
        }
        return text;
    }

    /** A finite number in [min, max]. */
    @Nullable
    Double number(String name, double min, double max) {
        Object value = json.getValue(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number number)) {
            throw RpcError.invalid(pointer(name), name + " must be a number");
        }
        double found = number.doubleValue();
        if (!(found >= min && found <= max)) {
            throw RpcError.invalid(
                    pointer(name), name + " must be " + plain(min) + " to " + plain(max) + ", was " + number);
        }
        return found;
    }

    private static String plain(double limit) {
        return new java.math.BigDecimal(limit)
                .round(new java.math.MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** An array of texts, or one text; empty when absent. */
    List<String> texts(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String) {
            String text = text(name);
            return text == null ? List.of() : List.of(text);
        }
        if (!(value instanceof JsonArray array) || array.isEmpty() || array.size() > MOST_ITEMS) {
            throw RpcError.invalid(pointer(name), name + " must be an array of 1 to " + MOST_ITEMS + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.getValue(i) instanceof String text) || text.isBlank() || text.length() > LONGEST_TEXT) {
                throw RpcError.invalid(
                        pointer(name) + "/" + i, "must be a text of 1 to " + LONGEST_TEXT + " characters");
            }
            if (texts.contains(text)) {
                throw RpcError.invalid(pointer(name) + "/" + i, "'" + text + "' is there twice");
            }
            texts.add(text);
        }
        return texts;
    }

    List<Double> numbers(String name, List<Double> byDefault, double min, double max) {
        Object value = json.getValue(name);
        if (value == null) {
            return byDefault;
        }
        if (!(value instanceof JsonArray array) || array.isEmpty() || array.size() > MOST_ITEMS) {
            throw RpcError.invalid(pointer(name), name + " must be an array of 1 to " + MOST_ITEMS + " numbers");
        }
        List<Double> numbers = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.getValue(i) instanceof Number number)
                    || !(number.doubleValue() >= min && number.doubleValue() <= max)) {
                throw RpcError.invalid(
                        pointer(name) + "/" + i, "must be a number, " + plain(min) + " to " + plain(max));
            }
            numbers.add(number.doubleValue());
        }
        return numbers;
    }

    Fields object(String name) {
        Object value = json.getValue(name);
        if (value == null) {
            return new Fields(new JsonObject(), pointer(name));
        }
        if (!(value instanceof JsonObject object)) {
            throw RpcError.invalid(pointer(name), name + " must be an object");
        }
        return new Fields(object, pointer(name));
    }
}
