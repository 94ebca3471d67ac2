package dev.sinal.lsl.protocol;

import dev.sinal.lsl.ChannelFormat;
import java.nio.ByteBuffer;

/**
 * Samples in the form of protocol 1.00; see {@link ArchiveDecoder}. The order of the buffer does not matter: the archive is little
 * endian.
 */
public final class ArchiveWriter implements WireWriter {
    private static final int TAG_BYTES = 2;
    /** The archive writes every NaN as this one: all bits of exponent and fraction set, no sign. */
    private static final long NAN32 = 0x7fff_ffffL;

    private static final long NAN64 = 0x7fff_ffff_ffff_ffffL;

    private final ChannelFormat format;
    private final int channels;

    public ArchiveWriter(ChannelFormat format, int channels) {
        this.format = format;
        this.channels = channels;
    }

    @Override
    public long size(Object rowMajor, int row) {
        long size = MOST_STAMPED;
        if (!format.isText()) {
            return size + (long) channels * (1 + format.bytes());
        }
        for (int i = row * channels; i < (row + 1) * channels; i++) {
            size += 1 + Integer.BYTES + SampleWriter.textLength(rowMajor, i);
        }
        return size;
    }

    @Override
    public long leastSize() {
        return TAG_BYTES + (long) channels;
    }

    @Override
    public int tagBytes() {
        return TAG_BYTES;
    }

    @Override
    public void writeStamped(ByteBuffer out, double stamp) {
        unsigned(out, SampleEncoder.TRANSMITTED);
        real(out, stamp);
    }

    @Override
    public void write(ByteBuffer out, Object rowMajor, int row, double stamp, boolean deduced) {
        if (deduced) {
            unsigned(out, SampleEncoder.DEDUCED);
        } else {
            writeStamped(out, stamp);
        }
        int from = row * channels;
        int to = from + channels;
        switch (format) {
            case FLOAT32 -> {
                float[] values = (float[]) rowMajor;
                for (int i = from; i < to; i++) {
                    unsigned(
                            out,
                            Float.isNaN(values[i])
                                    ? NAN32
                                    : Integer.toUnsignedLong(Float.floatToRawIntBits(values[i])));
                }
            }
            case DOUBLE64 -> {
                double[] values = (double[]) rowMajor;
                for (int i = from; i < to; i++) {
                    real(out, values[i]);
                }
            }
            case INT32 -> {
                int[] values = (int[]) rowMajor;
                for (int i = from; i < to; i++) {
                    signed(out, values[i]);
                }
            }
            case INT16 -> {
                short[] values = (short[]) rowMajor;
                for (int i = from; i < to; i++) {
                    signed(out, values[i]);
                }
            }
            case INT8 -> {
                byte[] values = (byte[]) rowMajor;
                for (int i = from; i < to; i++) {
                    signed(out, values[i]);
                }
            }
            case INT64 -> {
                long[] values = (long[]) rowMajor;
                for (int i = from; i < to; i++) {
                    signed(out, values[i]);
                }
            }
            case STRING -> {
                for (int i = from; i < to; i++) {
                    text(out, SampleWriter.text(rowMajor, i));
                }
            }
        }
    }

    private static void real(ByteBuffer out, double value) {
        unsigned(out, Double.isNaN(value) ? NAN64 : Double.doubleToRawLongBits(value));
    }

    static void text(ByteBuffer out, byte[] text) {
        unsigned(out, text.length);
        out.put(text);
    }

    static void unsigned(ByteBuffer out, long value) {
        int width = (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
        out.put((byte) width);
        bytes(out, value, width);
    }

    private static void signed(ByteBuffer out, long value) {
        if (value >= 0) {
            unsigned(out, value);
            return;
        }
        // As many bytes as leave nothing but ones above them; at least one.
        int width = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(~value) + 7) / 8);
        out.put((byte) -width);
        bytes(out, value, width);
    }

    private static void bytes(ByteBuffer out, long value, int width) {
        for (int i = 0; i < width; i++) {
            out.put((byte) (value >> (8 * i)));
        }
    }
}
