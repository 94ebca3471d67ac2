package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an outlet answers to a {@link FeedRequest}.
 *
 * @param version the outlet's protocol, e.g. 110
 * @param status 200, or a refusal
 * @param reason its words
 * @param headers by lower-case name
 */
public record FeedReply(int version, int status, String reason, Map<String, String> headers) {
    /** The outlet has another uid. No line end: the connection's end is the end. @param own the outlet's protocol */
    public static String notFound(int own) {
        return "LSL/" + own + " 404 Not found";
    }

    /** The request's protocol is too new. @param own the outlet's protocol */
    public static String badVersion(int own) {
        return "LSL/" + own + " 505 Version not supported";
    }

    public FeedReply {
        headers = Map.copyOf(headers);
    }

    /** An acceptance of what nearly everybody speaks: protocol 1.10, little endian. */
    public static byte[] accept(String uid, boolean suppressSubnormals) {
        return accept(StreamInfo.PROTOCOL, uid, ByteOrder.LITTLE_ENDIAN, suppressSubnormals, StreamInfo.PROTOCOL);
    }

    /**
     * An acceptance.
     *
     * @param own the outlet's protocol
     * @param dataProtocol of what follows: 100 or 110
     */
    public static byte[] accept(int own, String uid, ByteOrder order, boolean suppressSubnormals, int dataProtocol) {
        return ("LSL/" + own + " 200 OK\r\nUID: " + uid
                        + "\r\nByte-Order: " + (order == ByteOrder.BIG_ENDIAN ? "4321" : "1234")
                        + "\r\nSuppress-Subnormals: " + (suppressSubnormals ? 1 : 0)
                        + "\r\nData-Protocol-Version: " + dataProtocol + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    /** Order of everything binary that follows; 0 (older servers) means native, which is little. */
    public ByteOrder byteOrder() {
        String order = headers.getOrDefault("byte-order", "1234");
        return switch (order) {
            case "1234", "0" -> ByteOrder.LITTLE_ENDIAN;
            case "4321" -> ByteOrder.BIG_ENDIAN;
            default -> throw LslProtocolException.invalid("Byte-Order", "1234 or 4321", order);
        };
    }

    /** Whether the receiver shall flush subnormal floats to zero. */
    public boolean suppressSubnormals() {
        return "1".equals(headers.get("suppress-subnormals"));
    }

    /** Protocol of the data that follow; 100 if not said. */
    public int dataProtocol() {
        String version = headers.getOrDefault("data-protocol-version", "100");
        try {
            return Integer.parseInt(version);
        } catch (NumberFormatException malformed) {
            throw LslProtocolException.invalid("Data-Protocol-Version", "an integer", version);
        }
    }

    /**
     * Makes sure that this accepts a feed of that stream in a form we can read.
     *
     * @throws LslProtocolException if not
     */
    public void check(StreamInfo info) {
        if (status != 200) {
            throw LslProtocolException.invalid("status", "200", status + " " + reason);
        }
        if (version / 100 > StreamInfo.PROTOCOL / 100) {
            throw LslProtocolException.invalid("protocol version", "below 200", Integer.toString(version));
        }
        String uid = headers.get("uid");
        if (uid != null && !uid.toLowerCase(Locale.ROOT).equals(info.uid().toLowerCase(Locale.ROOT))) {
            throw LslProtocolException.invalid("UID", info.uid(), uid);
        }
        if (dataProtocol() != StreamInfo.PROTOCOL && dataProtocol() != StreamInfo.PROTOCOL_100) {
            throw LslProtocolException.invalid("Data-Protocol-Version", "100 or 110", Integer.toString(dataProtocol()));
        }
        byteOrder();
    }

    /** Collects a reply line by line, as they arrive. */
    public static final class Parser {
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable String statusLine;

        /** The whole reply once its empty line has come, or at once for a refusal; else null. */
        public @Nullable FeedReply line(String line) {
            String status = statusLine;
            if (status == null) {
                statusLine = line;
                FeedReply reply = reply(line);
                return reply.status >= 300 ? reply : null;
            }
            if (line.isEmpty()) {
                return reply(status);
            }
            FeedRequest.addHeader(line, headers);
            return null;
        }

        /**
         * What the connection's end makes of what had come: refusals have no line end.
         *
         * @param unfinished the bytes after the last complete line
         * @throws LslProtocolException if that is not a reply
         */
        public FeedReply end(byte[] unfinished) {
            String status = statusLine == null ? LenientText.decode(unfinished) : statusLine;
            FeedReply reply = reply(status);
            if (reply.status < 300) {
                throw LslProtocolException.invalid("feed reply", "complete headers", "end of stream");
            }
            return reply;
        }

        private FeedReply reply(String status) {
            String[] words = status.strip().split("\\s+", 3);
            if (words.length < 3 || !words[0].startsWith("LSL/")) {
                throw LslProtocolException.invalid("status line", "'LSL/version code reason'", status);
            }
            try {
                int version = Integer.parseInt(words[0].substring(4));
                return new FeedReply(version, Integer.parseInt(words[1]), words[2], headers);
            } catch (NumberFormatException malformed) {
                throw LslProtocolException.invalid("status line", "'LSL/version code reason'", status);
            }
        }
    }
}
