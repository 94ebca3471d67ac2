package dev.sinal.contracts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The stream id: a short hash of agent, source_id, name, type, format and channel count, plus the host when there is no source_id. */
public final class StreamIds {
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

    private StreamIds() {}

    /** 16 characters of Crockford's base 32: 80 bits. @param lslName the announced name, not the one given by the spec */
    public static String of(
            String agentId,
            String sourceId,
            String lslName,
            String type,
            String format,
            int channels,
            String hostname) {
        String identity = String.join(
                "\u0000",
                agentId,
                sourceId,
                lslName,
                type,
                format,
                Integer.toString(channels),
                sourceId.isEmpty() ? hostname : "");
        byte[] hash = sha256(identity);
        StringBuilder id = new StringBuilder(16);
        for (int bit = 0; bit < 80; bit += 5) {
            int window = ((hash[bit / 8] & 0xff) << 8) | (hash[bit / 8 + 1] & 0xff);
            id.append(ALPHABET[(window >>> (11 - bit % 8)) & 31]);
        }
        return id.toString();
    }

    /** Id of a stream that an external agent pushes; its channels may grow, so they are not part of it. */
    public static String external(String agentId, String stream) {
        return of(agentId, "external", stream, "external", "double64", 0, "");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
