package dev.sinal.lsl.protocol;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import java.util.function.DoubleFunction;

/** Stream descriptions as XML: the elements, their order and number formats of liblsl 1.17. */
public final class StreamInfoXml {
    private StreamInfoXml() {}

    /** The document that outlets serve; the short form if {@code desc} is empty. */
    public static String write(StreamInfo info) {
        return new XmlWriter().tree(0, tree(info)).toString();
    }

    /** The same as a tree, for queries to look at. */
    public static DescElement tree(StreamInfo info) {
        DescElement.Builder root = DescElement.builder("info");
        root.add("name", info.name());
        root.add("type", info.type());
        root.add("channel_count", Integer.toString(info.channelCount()));
        root.add("channel_format", info.format().wireName());
        root.add("source_id", info.sourceId());
        root.add("nominal_srate", NumberText.padded(info.nominalRate()));
        return addServed(root, info, NumberText::padded);
    }

    /** The same as libraries up to 1.12 have it, other numbers and another order: for the queries of their inlets. */
    public static DescElement treeOfOldLibraries(StreamInfo info) {
        DescElement.Builder root = DescElement.builder("info");
        root.add("name", info.name());
        root.add("type", info.type());
        root.add("channel_count", Integer.toString(info.channelCount()));
        root.add("nominal_srate", NumberText.exact(info.nominalRate()));
        root.add("channel_format", info.format().wireName());
        root.add("source_id", info.sourceId());
        return addServed(root, info, NumberText::exact);
    }

    private static DescElement addServed(DescElement.Builder root, StreamInfo info, DoubleFunction<String> number) {
        root.add("version", number.apply(info.protocolVersion() / 100.0));
        root.add("created_at", number.apply(info.createdAt()));
        root.add("uid", info.uid());
        root.add("session_id", info.sessionId());
        root.add("hostname", info.hostname());
        root.add("v4address", info.address());
        root.add("v4data_port", Integer.toString(info.dataPort()));
        root.add("v4service_port", Integer.toString(info.servicePort()));
        root.add("v6address", info.v6().address());
        root.add("v6data_port", Integer.toString(info.v6().dataPort()));
        root.add("v6service_port", Integer.toString(info.v6().servicePort()));
        return root.add(info.desc()).build();
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

    /** Natives want a digit first, and refuse {@code .5}. */
    private static double rate(String text) {
        double rate = number("nominal_srate", text);
        if (!Character.isDigit(text.strip().charAt(0)) || !(rate >= 0) || rate > 1e9) {
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
