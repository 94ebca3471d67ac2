package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;

/** The two datagrams of discovery: a query and its reply. */
public final class DiscoveryMessage {
    /** First line of a query. */
    public static final String QUERY_COMMAND = "LSL:shortinfo";

    private static final int MAX_ID_LENGTH = 256;

    private DiscoveryMessage() {}

    /**
     * A query.
     *
     * @param predicate what to look for; empty means everything
     * @param returnPort UDP port of the asker that replies go to
     * @param id opaque token echoed in replies
     */
    public record Query(String predicate, int returnPort, String id) {
        public byte[] encode() {
            return (QUERY_COMMAND + "\r\n" + predicate + "\r\n" + returnPort + " " + id + "\r\n").getBytes(UTF_8);
        }

        /** @throws LslProtocolException if it is no query we can answer */
        public static Query decode(byte[] datagram, LslLimits limits) {
            String text = LenientText.decode(datagram);
            int first = text.indexOf('\n');
            int second = first < 0 ? -1 : text.indexOf('\n', first + 1);
            if (second < 0 || !text.substring(0, first).strip().equals(QUERY_COMMAND)) {
                throw LslProtocolException.invalid(
                        "discovery query", QUERY_COMMAND + " and two lines", firstLine(text));
            }
            String predicate = text.substring(first + 1, second).strip();
            if (predicate.length() > limits.predicateChars()) {
                throw new LslProtocolException("predicate length", limits.predicateChars(), predicate.length());
            }
            String[] words = firstLine(text.substring(second + 1)).strip().split("\\p{javaWhitespace}+", 3);
            if (words.length < 2 || words[0].length() > 5 || !words[0].chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw LslProtocolException.invalid(
                        "return address", "'port id'", firstLine(text.substring(second + 1)));
            }
            int port = Integer.parseInt(words[0]);
            if (port < 1 || port > 65_535) {
                throw LslProtocolException.invalid("return port", "1 to 65535", words[0]);
            }
            if (words[1].length() > MAX_ID_LENGTH) {
                throw new LslProtocolException("query id length", MAX_ID_LENGTH, words[1].length());
            }
            return new Query(predicate, port, words[1]);
        }
    }

    /** A reply: the token of the query and the short description. */
    public record Reply(String id, StreamInfo info) {
        public byte[] encode() {
            return (id + "\r\n" + StreamInfoXml.write(info)).getBytes(UTF_8);
        }

        /**
         * The token alone, so that a stranger's reply is dropped before its XML is read.
         *
         * @return empty if there is none
         */
        public static String idOf(byte[] datagram) {
            int end = 0;
            while (end < datagram.length && end < MAX_ID_LENGTH && datagram[end] != '\r' && datagram[end] != '\n') {
                end++;
            }
            return LenientText.decode(datagram, 0, end).strip();
        }

        /** @throws LslProtocolException if the description is unusable */
        public static Reply decode(byte[] datagram, LslLimits limits) {
            int line = 0;
            while (line < datagram.length && datagram[line] != '\n') {
                line++;
            }
            if (line == datagram.length) {
                throw LslProtocolException.invalid("discovery reply", "an id line", idOf(datagram));
            }
            String xml = LenientText.decode(datagram, line + 1, datagram.length - line - 1);
            StreamInfo info = StreamInfoXml.read(xml, limits);
            if (info.uid().isEmpty()) {
                throw LslProtocolException.invalid("uid", "not empty", "");
            }
            return new Reply(idOf(datagram), info);
        }
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
