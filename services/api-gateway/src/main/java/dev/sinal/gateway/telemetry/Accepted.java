package dev.sinal.gateway.telemetry;

import dev.sinal.gateway.format.CsvRows;
import dev.sinal.gateway.format.MsgpackRows;
import dev.sinal.gateway.format.NdjsonRows;
import dev.sinal.gateway.http.HttpProblem;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The representation of a history that a request asks for. */
enum Accepted {
    JSON("application/json"),
    NDJSON(NdjsonRows.CONTENT_TYPE),
    CSV(CsvRows.CONTENT_TYPE),
    MSGPACK(MsgpackRows.CONTENT_TYPE),
    CHUNKS("application/vnd.sinal.chunk");

    private static final Map<String, Accepted> BY_TYPE = byType();
    private static final int MAX_RANGES = 32;

    private final String type;

    Accepted(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    private static Map<String, Accepted> byType() {
        Map<String, Accepted> types = new LinkedHashMap<>();
        for (Accepted accepted : values()) {
            types.put(accepted.type, accepted);
        }
        types.put("application/ndjson", NDJSON);
        types.put("application/jsonl", NDJSON);
        types.put("application/x-msgpack", MSGPACK);
        types.put("application/vnd.msgpack", MSGPACK);
        return types;
    }

    /** The best of what the Accept header names. @throws HttpProblem 406 */
    static Accepted of(RoutingContext ctx) {
        String header = ctx.request().getHeader("Accept");
        if (header == null || header.isBlank()) {
            return JSON;
        }
        Accepted best = null;
        double quality = 0;
        String[] ranges = header.split(",", MAX_RANGES);
        for (String range : ranges) {
            String[] parts = range.strip().toLowerCase(Locale.ROOT).split(";");
            Accepted candidate = match(parts[0].strip());
            double q = quality(parts);
            if (candidate != null && q > quality) {
                best = candidate;
                quality = q;
            }
        }
        if (best == null) {
            throw HttpProblem.notAcceptable("history comes as "
                    + String.join(
                            ", ", List.of(values()).stream().map(Accepted::type).toList()));
        }
        return best;
    }

    private static @org.jspecify.annotations.Nullable Accepted match(String type) {
        return switch (type) {
            case "*/*", "application/*" -> JSON;
            case "text/*" -> CSV;
            default -> BY_TYPE.get(type);
        };
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
