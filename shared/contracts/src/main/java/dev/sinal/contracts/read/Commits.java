package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions stored the samples of a packed chunk: runs of consecutive samples, each of one transaction, in order of seq. Transactions rise from run to
 * run. Kept in the column {@code commits}; a chunk of one transaction keeps nothing there.
 *
 * <p>The bytes, in the terms of the chunk format page (varint: seven bits a byte, lowest first):
 *
 * <pre>
 * u8   version: 1, or 2 when what follows the first transaction is raw DEFLATE of it
 * u64  transaction of the first run, big endian
 * then a token per run, a varint t:
 *   t mod 4 = k: 0 to 2, as many samples as the k-th of the last three different lengths, the latest first
 *           k = 3: a varint follows, the number of samples
 *   t div 4 = d: the transaction is 1 + d behind that of the run before; 0 for the first run
 * </pre>
 *
 * The list of lengths begins as 0, 0, 0; a length that is used moves to its front, a new one pushes the last out. With chunks of a regular length and fewer than 32 transactions
 * between them, a run takes one byte, and less when it is deflated. The runs end when they have all samples of the chunk.
 */
public final class Commits {
    private static final int PLAIN = 1;
    private static final int DEFLATED = 2;
    private static final int HEAD = 1 + Long.BYTES;
    private static final int EXPLICIT = 3;
    private static final int LENGTHS = 3;
    private static final int EXPECTED = 64;

    private final long firstSeq;
    /** Samples up to and with the run. */
    private final int[] ends;

    private final long[] txs;

    private Commits(long firstSeq, int[] ends, long[] txs) {
        this.firstSeq = firstSeq;
        this.ends = ends;
        this.txs = txs;
    }

    /**
     * Consecutive samples of one transaction.
     *
     * @param firstSeq of the first sample
     * @param n samples, at least 1
     * @param tx unsigned
     */
    public record Run(long firstSeq, int n, long tx) {
        public long lastSeq() {
            return firstSeq + n - 1;
        }
    }

    /**
     * From a row.
     *
     * @param bytes column {@code commits}; null: all samples are of {@code tx}
     * @param samples column {@code n}
     * @param tx column {@code tx}
     * @throws IllegalArgumentException for bytes that are none, or of another chunk
     */
    public static Commits read(byte @Nullable [] bytes, long firstSeq, int samples, long tx) {
        if (bytes == null) {
            return new Commits(firstSeq, new int[] {samples}, new long[] {tx});
        }
        if (bytes.length < HEAD || bytes[0] != PLAIN && bytes[0] != DEFLATED) {
            throw new IllegalArgumentException("commits: unknown version, or too short");
        }
        long first = ByteBuffer.wrap(bytes).getLong(1);
        if (first != tx) {
            throw new IllegalArgumentException("commits: of transaction " + first + ", the row says " + tx);
        }
        InputStream tokens = new ByteArrayInputStream(bytes, HEAD, bytes.length - HEAD);
        Inflater inflater = new Inflater(true);
        try {
            return read(bytes[0] == PLAIN ? tokens : new InflaterInputStream(tokens, inflater), firstSeq, samples, tx);
        } catch (IOException e) {
            throw new IllegalArgumentException("commits: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    private static Commits read(InputStream tokens, long firstSeq, int samples, long firstTx) throws IOException {
        Lengths lengths = new Lengths();
        int[] ends = new int[Math.min(EXPECTED, Math.max(1, samples))];
        long[] txs = new long[ends.length];
        long tx = firstTx;
        int end = 0;
        int runs = 0;
        while (end < samples) {
            long token = varint(tokens);
            int k = (int) token & EXPLICIT;
            long n = k == EXPLICIT ? varint(tokens) : lengths.at(k);
            if (n < 1 || n > samples - end) {
                throw new IOException("a run of " + Long.toUnsignedString(n) + " samples");
            }
            long before = tx;
            tx += runs == 0 ? 0 : 1 + (token >>> 2);
            if (runs == 0 ? token >>> 2 != 0 : Long.compareUnsigned(tx, before) <= 0) {
                throw new IOException("transactions do not rise");
            }
            lengths.used((int) n);
            if (runs == ends.length) {
                ends = Arrays.copyOf(ends, runs * 2);
                txs = Arrays.copyOf(txs, runs * 2);
            }
            end += (int) n;
            ends[runs] = end;
            txs[runs++] = tx;
        }
        if (tokens.read() >= 0) {
            throw new IOException("bytes too many");
        }
        return new Commits(firstSeq, Arrays.copyOf(ends, runs), Arrays.copyOf(txs, runs));
    }

    private static long varint(InputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("ends early");
            }
            if (shift == 63 && b > 1) {
                break;
            }
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new IOException("a number of more than 64 bits");
    }

    /** At least 1, in order of seq. */
    public int size() {
        return ends.length;
    }

    public long firstSeq(int run) {
        return run == 0 ? firstSeq : firstSeq + ends[run - 1];
    }

    public long lastSeq(int run) {
        return firstSeq + ends[run] - 1;
    }

    public long tx(int run) {
        return txs[run];
    }

    /** A view. */
    public List<Run> runs() {
        return new AbstractList<>() {
            @Override
            public Run get(int run) {
                return new Run(firstSeq(run), (int) (lastSeq(run) - firstSeq(run) + 1), tx(run));
            }

            @Override
            public int size() {
                return Commits.this.size();
            }
        };
    }

    /** The first run of a later transaction than {@code tx}; {@link #size()} when there is none. */
    public int firstAfter(long tx) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(txs[middle], tx) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The lengths used last. */
    private static final class Lengths {
        private final int[] latest = new int[LENGTHS];

        int at(int k) {
            return latest[k];
        }

        /** Where the length is; {@link #EXPLICIT} when it is not there. */
        int find(int n) {
            for (int k = 0; k < LENGTHS; k++) {
                if (latest[k] == n) {
                    return k;
                }
            }
            return EXPLICIT;
        }

        void used(int n) {
            int from = Math.min(find(n), LENGTHS - 1);
            System.arraycopy(latest, 0, latest, 1, from);
            latest[0] = n;
        }
    }

    /** Takes runs in order of seq and writes the bytes. */
    public static final class Builder {
        private long[] txs = new long[EXPECTED];
        private int[] samples = new int[EXPECTED];
        private int size;

        /** Whether samples of this transaction may come next: it is not earlier than the last. */
        public boolean takes(long tx) {
            return size == 0 || Long.compareUnsigned(tx, txs[size - 1]) >= 0;
        }

        /** @param n samples, at least 1 @param tx see {@link #takes}; the same as before makes the last run longer */
        public Builder add(int n, long tx) {
            if (n < 1 || n > ChunkLimits.SAMPLES || !takes(tx)) {
                throw new IllegalArgumentException("a run of " + n + " samples of transaction "
                        + Long.toUnsignedString(tx) + (size == 0 ? "" : " after " + lastTx()));
            }
            if (size > 0 && txs[size - 1] == tx) {
                samples[size - 1] = Math.addExact(samples[size - 1], n);
                return this;
            }
            if (size == txs.length) {
                txs = Arrays.copyOf(txs, size * 2);
                samples = Arrays.copyOf(samples, size * 2);
            }
            txs[size] = tx;
            samples[size++] = n;
            return this;
        }

        /** Column {@code tx}. */
        public long firstTx() {
            return txs[0];
        }

        /** Column {@code tx_last}. */
        public long lastTx() {
            return txs[size - 1];
        }

        /** Column {@code commits}: null when there is one run or none. */
        public byte @Nullable [] toBytes() {
            if (size <= 1) {
                return null;
            }
            byte[] tokens = tokens();
            byte[] deflated = deflate(tokens);
            boolean smaller = deflated.length < tokens.length;
            byte[] rest = smaller ? deflated : tokens;
            return ByteBuffer.allocate(HEAD + rest.length)
                    .put((byte) (smaller ? DEFLATED : PLAIN))
                    .putLong(txs[0])
                    .put(rest)
                    .array();
        }

        private byte[] tokens() {
            ByteArrayOutputStream out = new ByteArrayOutputStream(size + EXPECTED);
            Lengths lengths = new Lengths();
            for (int run = 0; run < size; run++) {
                long behind = run == 0 ? 0 : txs[run] - txs[run - 1] - 1;
                if (behind >>> 62 != 0) {
                    throw new IllegalArgumentException("transactions too far apart");
                }
                int k = lengths.find(samples[run]);
                varint(out, behind << 2 | k);
                if (k == EXPLICIT) {
                    varint(out, samples[run]);
                }
                lengths.used(samples[run]);
            }
            return out.toByteArray();
        }

        private static void varint(ByteArrayOutputStream out, long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        private static byte[] deflate(byte[] tokens) {
            Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
            ByteArrayOutputStream out = new ByteArrayOutputStream(tokens.length);
            try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater)) {
                deflating.write(tokens);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                deflater.end();
            }
            return out.toByteArray();
        }
    }
}
