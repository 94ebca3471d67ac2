package dev.sinal.lsl.protocol;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** Stream descriptions as XML: the elements, their order and number formats of liblsl 1.17. */
public final class StreamInfoXml {
    private StreamInfoXml() {}

    /** The document that outlets serve; the short form if {@code desc} is empty. */
    public static String write(StreamInfo info) {
        XmlWriter xml = new XmlWriter().open(0, "info");
        fields(
                        info,
                        NumberText.padded(info.nominalRate()),
                        NumberText.padded(info.protocolVersion() / 100.0),
                        info.createdAt())
                .forEach((name, value) -> xml.text(1, name, value));
        return xml.tree(1, info.desc()).close(0, "info").toString();
    }

    /** The same as a tree, for queries to look at. */
    public static DescElement tree(StreamInfo info) {
        DescElement.Builder root = DescElement.builder("info");
        fields(
                        info,
                        NumberText.padded(info.nominalRate()),
                        NumberText.padded(info.protocolVersion() / 100.0),
                        info.createdAt())
                .forEach(root::add);
        return root.add(info.desc()).build();
    }

    /** The same with numbers as libraries up to 1.12 write them, for the queries of their inlets. */
    public static DescElement treeOfOldLibraries(StreamInfo info) {
        DescElement.Builder root = DescElement.builder("info");
        fields(
                        info,
                        NumberText.exact(info.nominalRate()),
                        NumberText.exact(info.protocolVersion() / 100.0),
                        info.createdAt())
                .forEach(root::add);
        return root.add(info.desc()).build();
    }

    private static Map<String, String> fields(StreamInfo info, String rate, String version, double createdAt) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", info.name());
        fields.put("type", info.type());
        fields.put("channel_count", Integer.toString(info.channelCount()));
        fields.put("channel_format", info.format().wireName());
        fields.put("source_id", info.sourceId());
        fields.put("nominal_srate", rate);
        fields.put("version", version);
        fields.put("created_at", NumberText.padded(createdAt));
        fields.put("uid", info.uid());
        fields.put("session_id", info.sessionId());
        fields.put("hostname", info.hostname());
        fields.put("v4address", info.address());
        fields.put("v4data_port", Integer.toString(info.dataPort()));
        fields.put("v4service_port", Integer.toString(info.servicePort()));
        fields.put("v6address", info.v6().address());
        fields.put("v6data_port", Integer.toString(info.v6().dataPort()));
        fields.put("v6service_port", Integer.toString(info.v6().servicePort()));
        return fields;
    }

    /**
     * Reads a description from the wire, whatever its encoding.
     *
     * @throws LslProtocolException naming the element that is missing, wrong or beyond a limit
     */
    public static StreamInfo read(byte[] bytes, LslLimits limits) {
        if (bytes.length > limits.infoBytes()) {
            throw new LslProtocolException("info length", limits.infoBytes(), bytes.length);
        }
        return read(LenientText.decode(bytes), limits);
    }

    /** Like {@link #read(byte[], LslLimits)}. */
    public static StreamInfo read(String xml, LslLimits limits) {
        DescElement root = XmlReader.read(xml, limits);
        if (!root.name().equals("info")) {
            throw LslProtocolException.invalid("info XML", "an <info> element", root.name());
        }
        String name = root.childText("name");
        if (name.isEmpty()) {
            throw LslProtocolException.invalid("name", "not empty", name);
        }
        int channels = integer(root, "channel_count", Integer.MAX_VALUE);
        if (channels > limits.channels()) {
            throw new LslProtocolException("channel_count", limits.channels(), channels);
        }
        Endpoint v6 = new Endpoint(
                root.childText("v6address"),
                integer(root, "v6data_port", 65_535),
                integer(root, "v6service_port", 65_535));
        DescElement desc = root.child("desc");
        return new StreamInfo(
                name,
                root.childText("type"),
                channels,
                format(root.childText("channel_format")),
                rate(root.childText("nominal_srate")),
                root.childText("source_id"),
                root.childText("uid"),
                root.childText("hostname"),
                root.childText("session_id"),
                createdAt(root.childText("created_at")),
                root.childText("v4address"),
                integer(root, "v4data_port", 65_535),
                integer(root, "v4service_port", 65_535),
                desc == null ? DescElement.empty("desc") : desc,
                version(root.childText("version")),
                v6);
    }

    private static int integer(DescElement root, String name, int most) {
        String text = root.childText(name).strip();
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw LslProtocolException.invalid(name, "a whole number", text);
        }
        long value = Long.parseLong(text);
        if (value > most) {
            throw new LslProtocolException(name, most, value);
        }
        return (int) value;
    }

    private static ChannelFormat format(String word) {
        try {
            return ChannelFormat.ofWireName(word);
        } catch (IllegalArgumentException unknown) {
            throw LslProtocolException.invalid("channel_format", "one of the seven formats", word);
        }
    }

    private static double rate(String text) {
        double rate = number("nominal_srate", text);
        if (!(rate >= 0) || rate > 1e9) {
            throw LslProtocolException.invalid("nominal_srate", "0 to 1e9 Hz", text);
        }
        return rate;
    }

    /** Zero is legal in short descriptions; natives refuse it in full ones, which {@link StreamInfo} does not mind. */
    private static double createdAt(String text) {
        return text.isBlank() ? 0 : number("created_at", text);
    }

    private static int version(String text) {
        double version = number("version", text);
        if (!(version > 0) || version >= 2) {
            throw LslProtocolException.invalid("version", "above 0 and below 2", text);
        }
        return (int) Math.round(version * 100);
    }

    private static double number(String name, String text) {
        String trimmed = text.strip();
        boolean plain = !trimmed.isEmpty()
                && trimmed.length() <= 400
                && trimmed.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0);
        if (plain) {
            try {
                double value = Double.parseDouble(trimmed);
                if (!Double.isInfinite(value)) {
                    return value;
                }
            } catch (NumberFormatException malformed) {
                // Reported below, with the field's name.
            }
        }
        throw LslProtocolException.invalid(name, "a number", text);
    }
}
