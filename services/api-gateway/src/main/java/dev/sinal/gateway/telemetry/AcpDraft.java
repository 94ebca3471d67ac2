package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.gateway.routes.AgentIds;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One ACP message while it is read: fields come in any order, so what they mean together is decided at the end. */
final class AcpDraft {
    private static final int MAX_NAME = 256;
    private static final int MAX_METRICS = 1_024;
    private static final double MAX_RATE_HZ = 1e6;
    private static final long DAY_NS = 86_400L * 1_000_000_000L;
    private static final String DEFAULT_STREAM = "main";

    private final String at;
    private final long now;
    private @Nullable String type;
    private @Nullable String timestamp;
    private @Nullable String agentId;
    private String stream = DEFAULT_STREAM;
    private boolean payload;
    private boolean metrics;
    /** Double or String by metric. */
    private final Map<String, Object> values = new LinkedHashMap<>();

    private @Nullable Long t0;
    private @Nullable Double rate;
    private boolean stampsGiven;
    private long[] stamps = new long[0];
    private int stampCount;
    private final List<String> channels = new ArrayList<>();
    private final List<ChunkColumn> columns = new ArrayList<>();

    /** @param at JSON Pointer of the message @param now UTC ns */
    AcpDraft(String at, long now) {
        this.at = at;
        this.now = now;
    }

    /** Values of one channel of a telemetry_chunk; numbers until a text comes. */
    private static final class ChunkColumn {
        private double[] numbers = new double[64];
        private @Nullable List<@Nullable String> texts;
        private final BitSet present = new BitSet();
        private int size;
    }

    void type(String value) {
        type = value;
    }

    void timestamp(String value) {
        timestamp = value;
    }

    void agent(String value) {
        agentId = AgentIds.check(at + "/payload/agent_id", value);
    }

    void stream(String value) {
        stream = checkName(value, at + "/payload/stream");
    }

    void payloadSeen() {
        payload = true;
    }

    void metricsSeen() {
        metrics = true;
    }

    void metric(String name, Object value, String place) {
        checkName(name, place);
        values.put(name, value);
        if (values.size() > MAX_METRICS) {
            throw RpcError.invalid(at + "/payload/metrics", "has more than " + MAX_METRICS + " metrics");
        }
    }

    void t0(long value) {
        t0 = value;
    }

    void rate(double value) {
        if (value <= 0 || value > MAX_RATE_HZ) {
            throw RpcError.invalid(at + "/payload/rate", "must be above 0 and at most " + MAX_RATE_HZ + " Hz");
        }
        rate = value;
    }

    void timestampOf(int i, long value) {
        if (i >= stamps.length) {
            stamps = Arrays.copyOf(stamps, Math.max(64, stamps.length * 2));
        }
        stamps[i] = value;
        stampCount = i + 1;
    }

    void timestampsSeen() {
        stampsGiven = true;
    }

    void channel(String name, String place) {
        channels.add(checkName(name, place));
        if (channels.size() > MAX_METRICS) {
            throw RpcError.invalid(at + "/payload/channels", "has more than " + MAX_METRICS + " channels");
        }
    }

    void beginColumn() {
        columns.add(new ChunkColumn());
        if (columns.size() > MAX_METRICS) {
            throw RpcError.invalid(at + "/payload/values", "has more than " + MAX_METRICS + " channels");
        }
    }

    void absent(int i) {
        List<@Nullable String> texts = columns.get(columns.size() - 1).texts;
        if (texts != null) {
            texts.add(null);
        }
    }

    void value(int i, double value, String place) {
        ChunkColumn column = columns.get(columns.size() - 1);
        if (column.texts != null) {
            throw RpcError.invalid(place + "/" + i, "is a number in a channel of strings");
        }
        if (i >= column.numbers.length) {
            column.numbers = Arrays.copyOf(column.numbers, i * 2);
        }
        column.numbers[i] = value;
        column.present.set(i);
    }

    void value(int i, String value, String place) {
        ChunkColumn column = columns.get(columns.size() - 1);
        List<@Nullable String> texts = column.texts;
        if (texts == null) {
            if (!column.present.isEmpty()) {
                throw RpcError.invalid(place + "/" + i, "is a string in a channel of numbers");
            }
            texts = new ArrayList<>();
            for (int before = 0; before < i; before++) {
                texts.add(null);
            }
            column.texts = texts;
        }
        texts.add(value);
        column.present.set(i);
    }

    void endColumn(int size) {
        columns.get(columns.size() - 1).size = size;
    }

    /** Checks the whole message and adds its samples. */
    void pour(Pushed pushed) {
        if (type == null) {
            throw missing("/type");
        }
        if (!AcpReader.known(type)) {
            throw RpcError.invalid(
                    at + "/type", "must be telemetry_update or telemetry_chunk, was '" + shortened(type) + "'");
        }
        if (!payload) {
            throw missing("/payload");
        }
        if (agentId == null) {
            throw missing("/payload/agent_id");
        }
        PushedStream target = pushed.stream(agentId, stream);
        if (type.equals(AcpMessage.TELEMETRY_UPDATE)) {
            pourUpdate(target);
        } else {
            pourChunk(target);
        }
    }

    private void pourUpdate(PushedStream target) {
        if (timestamp == null) {
            throw missing("/timestamp");
        }
        long stamp = parseTime(timestamp, now, at + "/timestamp");
        if (!metrics) {
            throw missing("/payload/metrics");
        }
        if (values.isEmpty()) {
            throw RpcError.invalid(at + "/payload/metrics", "has no metric");
        }
        boolean fits =
                values.entrySet().stream().allMatch(v -> target.fits(v.getKey(), v.getValue() instanceof String));
        if (!fits) {
            target.cut();
        }
        int row = target.row(stamp, values.size());
        values.forEach((metric, value) -> {
            if (value instanceof String text) {
                target.put(row, metric, text);
            } else {
                target.put(row, metric, (Double) value);
            }
        });
    }

    private void pourChunk(PushedStream target) {
        if (channels.isEmpty() || new HashSet<>(channels).size() != channels.size()) {
            throw RpcError.invalid(at + "/payload/channels", "must name at least one channel, each once");
        }
        if (columns.size() != channels.size()) {
            throw RpcError.invalid(
                    at + "/payload/values",
                    "has " + columns.size() + " arrays for " + channels.size() + " channels: one array a channel");
        }
        int count = columns.get(0).size;
        for (int c = 0; c < columns.size(); c++) {
            if (columns.get(c).size != count || count == 0) {
                throw RpcError.invalid(
                        at + "/payload/values/" + c,
                        "has " + columns.get(c).size + " values where channel 0 has " + count + "; at least one");
            }
        }
        if (columns.stream().allMatch(column -> column.present.isEmpty())) {
            throw RpcError.invalid(at + "/payload/values", "has no value");
        }
        long[] times = times(count);
        target.cut();
        for (int i = 0; i < count; i++) {
            int row = target.row(times[i], channels.size());
            for (int c = 0; c < columns.size(); c++) {
                ChunkColumn column = columns.get(c);
                if (column.present.get(i)) {
                    List<@Nullable String> texts = column.texts;
                    String text = texts == null ? null : texts.get(i);
                    if (text == null) {
                        target.put(row, channels.get(c), column.numbers[i]);
                    } else {
                        target.put(row, channels.get(c), text);
                    }
                }
            }
        }
        target.cut();
    }

    private long[] times(int count) {
        if (stampsGiven) {
            if (stampCount != count) {
                throw RpcError.invalid(
                        at + "/payload/timestamps", "has " + stampCount + " stamps for " + count + " samples");
            }
            return stamps;
        }
        if (t0 == null || (rate == null && count > 1)) {
            throw RpcError.invalid(at + "/payload/timestamps", "is missing: give timestamps, or t0 and rate");
        }
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = i == 0 || rate == null ? t0 : t0 + Math.round(i * 1e9 / rate);
        }
        checkTime(times[count - 1], now, at + "/payload/rate");
        return times;
    }

    static long parseTime(String text, long now, String place) {
        try {
            return checkTime(UtcNanos.parse(text), now, place);
        } catch (DateTimeException | ArithmeticException e) {
            throw RpcError.invalid(place, String.valueOf(e.getMessage()));
        }
    }

    static long checkTime(long nanos, long now, String place) {
        if (nanos < 0 || nanos > now + DAY_NS) {
            throw RpcError.invalid(place, "must be after 1970 and at most a day ahead");
        }
        return nanos;
    }

    private static String checkName(String name, String place) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
            throw RpcError.invalid(place, "a name has 1 to " + MAX_NAME + " characters, none of them NUL");
        }
        return name;
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    private RuntimeException missing(String field) {
        return RpcError.invalid(at + field, field.substring(field.lastIndexOf('/') + 1) + " is missing");
    }
}
