package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an inlet asks of the data port for a feed.
 *
 * @param version protocol in the request line, e.g. 110
 * @param uid the outlet wanted; empty = whoever is there
 * @param headers the header lines by lower-case name
 */
public record FeedRequest(int version, String uid, Map<String, String> headers) {
    /** What the request line starts with. */
    public static final String COMMAND = "LSL:streamfeed/";

    /** The whole first line of a request of protocol 1.00. */
    public static final String PLAIN_COMMAND = "LSL:streamfeed";

    private static final int LITTLE = 1234;
    private static final int BIG = 4321;
    private static final double SWAPS_PER_10_MS = 1e9;

    public FeedRequest {
        headers = Map.copyOf(headers);
    }

    /** The request our inlets send for this stream; Value-Size is left out for strings, where natives disagree on it. */
    public static byte[] encode(StreamInfo info, int maxBuffer, int maxChunk) {
        StringBuilder text = new StringBuilder(512);
        text.append(COMMAND)
                .append(StreamInfo.PROTOCOL)
                .append(' ')
                .append(info.uid())
                .append("\r\n");
        header(text, "Native-Byte-Order", "1234");
        header(text, "Endian-Performance", "0");
        header(text, "Has-IEEE754-Floats", "1");
        header(text, "Supports-Subnormals", "1");
        if (!info.format().isText()) {
            header(text, "Value-Size", Integer.toString(info.format().bytes()));
        }
        header(text, "Data-Protocol-Version", Integer.toString(StreamInfo.PROTOCOL));
        header(text, "Max-Buffer-Length", Integer.toString(maxBuffer));
        header(text, "Max-Chunk-Length", Integer.toString(maxChunk));
        header(text, "Hostname", info.hostname());
        header(text, "Source-Id", info.sourceId());
        header(text, "Session-Id", info.sessionId());
        return text.append("\r\n").toString().getBytes(UTF_8);
    }

    /** The request of protocol 1.00; what comes back is the archive, at once. */
    public static byte[] encodePlain(int maxBuffer, int maxChunk) {
        return (PLAIN_COMMAND + "\r\n" + maxBuffer + " " + maxChunk + "\r\n").getBytes(UTF_8);
    }

    /** @param secondLine of a plain request: most samples to queue, and to send at once */
    public static FeedRequest plain(String secondLine) {
        String[] words = secondLine.strip().split("\\s+");
        if (words.length != 2) {
            throw LslProtocolException.invalid("feed request", "'max-buffer max-chunk'", secondLine);
        }
        FeedRequest request = new FeedRequest(
                StreamInfo.PROTOCOL_100, "", Map.of("max-buffer-length", words[0], "max-chunk-length", words[1]));
        request.maxBuffer();
        request.maxChunk();
        return request;
    }

    private static void header(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value.replaceAll("[\\r\\n]", " ")).append("\r\n");
    }

    /** Most samples the client wants queued for it; 0 ends the feed after the test samples. */
    public int maxBuffer() {
        return integer("max-buffer-length", 0);
    }

    public int maxChunk() {
        return integer("max-chunk-length", 0);
    }

    /** False if the client can only take the old archive for this format. */
    public boolean acceptsRawValues(ChannelFormat format) {
        boolean ieee = integer("has-ieee754-floats", 1) == 1;
        return ieee && (format.isText() || integer("value-size", format.bytes()) == format.bytes());
    }

    /** The highest data protocol the client wants. */
    public int protocolVersion() {
        return Math.min(version, integer("protocol-version", version));
    }

    /**
     * Whether the feed is better written big endian: the client's own order, and swapping is harder for it than for us. A Java program
     * writes both orders equally fast, so only a client that claims more than any machine can do is left to swap.
     */
    public boolean wantsBigEndian(ChannelFormat format) {
        boolean big = integer("native-byte-order", LITTLE) == BIG;
        return big && (format.isText() || format.bytes() > 1) && real("endian-performance", 0) < SWAPS_PER_10_MS;
    }

    /** Whether the client must be told to flush subnormal floats. */
    public boolean lacksSubnormals() {
        return integer("supports-subnormals", 1) == 0;
    }

    private double real(String name, double absent) {
        String value = headers.get(name);
        if (value == null || value.isEmpty()) {
            return absent;
        }
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException malformed) {
            throw LslProtocolException.invalid(name, "a number", value);
        }
    }

    private int integer(String name, int absent) {
        String value = headers.get(name);
        if (value == null || value.isEmpty()) {
            return absent;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException malformed) {
            throw LslProtocolException.invalid(name, "an integer", value);
        }
    }

    /** Collects a request line by line, as they arrive. */
    public static final class Parser {
        private final int version;
        private final String uid;
        private final Map<String, String> headers = new LinkedHashMap<>();

        /** @param requestLine the first line, which starts with {@link #COMMAND} */
        public Parser(String requestLine) {
            String[] words = requestLine.substring(COMMAND.length()).strip().split("\\s+", 2);
            try {
                version = Integer.parseInt(words[0]);
            } catch (NumberFormatException malformed) {
                throw LslProtocolException.invalid("request version", "an integer", words[0]);
            }
            uid = words.length > 1 ? words[1].strip() : "";
        }

        /** Whether the version is one before negotiation: then the sizes follow on the next line. */
        public boolean isPlain() {
            return version < StreamInfo.PROTOCOL;
        }

        /** The whole request once its empty line has come, else null. */
        public @Nullable FeedRequest line(String line) {
            if (line.isEmpty()) {
                return new FeedRequest(version, uid, headers);
            }
            addHeader(line, headers);
            return null;
        }
    }

    static void addHeader(String line, Map<String, String> headers) {
        int comment = line.indexOf(';');
        String content = comment < 0 ? line : line.substring(0, comment);
        int colon = content.indexOf(':');
        if (colon > 0) {
            headers.put(
                    content.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    content.substring(colon + 1).strip());
        }
    }
}
