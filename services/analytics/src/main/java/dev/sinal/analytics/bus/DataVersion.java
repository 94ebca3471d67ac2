package dev.sinal.analytics.bus;

import dev.sinal.contracts.StreamRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Ids of results: a hash of the question and of the state of the streams it is about. New data, new id. */
final class DataVersion {
    private static final int BYTES = 12;

    private DataVersion() {}

    static String id(String question, Collection<StreamRecord> streams) {
        StringBuilder text = new StringBuilder(question);
        streams.stream()
                .sorted((a, b) -> a.descriptor().id().compareTo(b.descriptor().id()))
                .forEach(stream -> text.append('\n')
                        .append(stream.descriptor().id())
                        .append(' ')
                        .append(stream.samples())
                        .append(' ')
                        .append(stream.epochs())
                        .append(' ')
                        .append(stream.lastSeen()));
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
