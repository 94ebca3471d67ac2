package dev.sinal.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sinal.contracts.RpcError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON from outside: no duplicate names, nothing after the end, bounded depth, names, strings, numbers and tokens. */
public final class StrictJson {
    static final int MAX_DEPTH = 32;
    static final int MAX_STRING = 256 * 1024;
    static final int MAX_NUMBER = 64;
    static final int MAX_NAME = 1_024;
    private static final int MAX_TOKENS = 50_000;

    /** Where a parser's message begins to speak of its own options. */
    private static final List<String> INSIDE =
            List.of(": enable `", " (start marker at", ", from `StreamReadConstraints", " (for ");

    private static final JsonFactory FACTORY = factory(MAX_TOKENS);
    /** For telemetry: the same limits, but as many tokens as fit into its body limit. */
    private static final JsonFactory LONG = factory(Long.MAX_VALUE);

    private StrictJson() {}

    private static JsonFactory factory(long tokens) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_STRING)
                        .maxNumberLength(MAX_NUMBER)
                        .maxNameLength(MAX_NAME)
                        .maxTokenCount(tokens)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /** An object. @throws io.vertx.serviceproxy.ServiceException PARSE with the place, or INVALID_PARAMS when it is no object */
    public static JsonObject object(Buffer text) {
        if (value(text) instanceof JsonObject object) {
            return object;
        }
        throw RpcError.invalid("", "the body must be a JSON object");
    }

    /** Any value; objects and arrays as {@link JsonObject} and {@link JsonArray}. */
    public static @Nullable Object value(Buffer text) {
        try (JsonParser parser = FACTORY.createParser(text.getBytes())) {
            if (parser.nextToken() == null) {
                throw RpcError.PARSE.exception("the body is empty, JSON was expected");
            }
            Object value = tree(parser);
            if (parser.nextToken() != null) {
                throw RpcError.PARSE.exception(
                        "there is more after the JSON value" + place(parser.currentTokenLocation()));
            }
            return value;
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (IOException e) {
            throw RpcError.PARSE.exception("not JSON: " + plain(String.valueOf(e.getMessage())));
        }
    }

    /** For bodies that are read token by token. */
    public static JsonParser stream(byte[] text, int from, int to) throws IOException {
        return LONG.createParser(text, from, to - from);
    }

    public static RuntimeException notJson(JsonProcessingException e) {
        return RpcError.PARSE.exception("not JSON" + place(e.getLocation()) + ": " + plain(e.getOriginalMessage()));
    }

    /** Without what the parser says to its programmer. */
    private static String plain(String reason) {
        String plain = reason.lines().findFirst().orElse("");
        for (String mark : INSIDE) {
            int cut = plain.indexOf(mark);
            plain = cut < 0 ? plain : plain.substring(0, cut);
        }
        return plain;
    }

    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr();
    }

    /** The value at the current token; leaves the parser at its last token. */
    public static @Nullable Object tree(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, tree(parser));
                }
                yield new JsonObject(map);
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(tree(parser));
                }
                yield new JsonArray(list);
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> finite(parser);
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw RpcError.PARSE.exception("not JSON" + place(parser.currentTokenLocation()));
        };
    }

    private static Double finite(JsonParser parser) throws IOException {
        double value = parser.getDoubleValue();
        if (Double.isInfinite(value)) {
            throw RpcError.PARSE.exception("the number " + parser.getText() + " does not fit into a double"
                    + place(parser.currentTokenLocation()));
        }
        return value;
    }
}
