package dev.sinal.analytics.domain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The values an answer was computed from, row by row.
 *
 * @param stamps UTC ns
 * @param columns one a name; NaN where there is none
 */
public record Table(List<String> names, long[] stamps, double[][] columns) {
    private static final double ABSENT = Double.longBitsToDouble(0x7ff8000000000000L);

    public Table {
        names = List.copyOf(names);
    }

    public int rows() {
        return stamps.length;
    }

    /** What the values weigh in memory, bytes. */
    public long bytes() {
        return 8L * rows() * (columns.length + 1);
    }

    /** Over float64 little-endian by column, then the int64 ns stamps; every NaN is the canonical one. */
    public String sha256() {
        MessageDigest digest = digest();
        ByteBuffer block = ByteBuffer.allocate(64 * 1024).order(ByteOrder.LITTLE_ENDIAN);
        for (double[] column : columns) {
            for (double value : column) {
                flushWhenFull(digest, block);
                block.putDouble(Double.isNaN(value) ? ABSENT : value);
            }
        }
        for (long stamp : stamps) {
            flushWhenFull(digest, block);
            block.putLong(stamp);
        }
        digest.update(block.array(), 0, block.position());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void flushWhenFull(MessageDigest digest, ByteBuffer block) {
        if (block.remaining() < 8) {
            digest.update(block.array(), 0, block.position());
            block.clear();
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** The rows of which both columns have a value. */
    public Table pair(int x, int y) {
        int n = 0;
        for (int i = 0; i < stamps.length; i++) {
            n += Double.isNaN(columns[x][i]) || Double.isNaN(columns[y][i]) ? 0 : 1;
        }
        long[] times = new long[n];
        double[][] both = new double[2][n];
        int at = 0;
        for (int i = 0; i < stamps.length; i++) {
            if (!Double.isNaN(columns[x][i]) && !Double.isNaN(columns[y][i])) {
                times[at] = stamps[i];
                both[0][at] = columns[x][i];
                both[1][at] = columns[y][i];
                at++;
            }
        }
        return new Table(List.of(names.get(x), names.get(y)), times, both);
    }
}
