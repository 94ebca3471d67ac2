package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.StreamInfo;
import java.io.ByteArrayOutputStream;

/** Samples to bytes, protocol 1.00; see {@link ArchiveDecoder}. Collects any number of samples; not safe for several threads. */
public final class ArchiveEncoder {
    /** The archive writes every NaN as this one: all bits of exponent and fraction set, no sign. */
    private static final int NAN32 = 0x7fff_ffff;

    private static final long NAN64 = 0x7fff_ffff_ffff_ffffL;

    private final int channels;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public ArchiveEncoder(int channels) {
        this.channels = channels;
    }

    /** What comes before the first sample of the stream: signature, version, description, test pattern. */
    public static byte[] head(StreamInfo info) {
        ArchiveEncoder head = new ArchiveEncoder(info.channelCount());
        head.out.write(ArchiveDecoder.SIGNATURE);
        head.unsigned(ArchiveDecoder.VERSION);
        head.text(StreamInfoXml.write(info.withoutDesc()));
        head.unsigned(0); // class information, before the first sample only
        head.unsigned(0);
        for (int offset : TestPattern.OFFSETS) {
            head.append(TestPattern.values(info.format(), info.channelCount(), offset), 0, TestPattern.STAMP, false);
        }
        return head.toBytes();
    }

    /**
     * Appends one sample.
     *
     * @param rowMajor values in the format's array type
     * @param row which sample of it
     * @param stamp seconds; not written if deduced
     */
    public void append(Object rowMajor, int row, double stamp, boolean deduced) {
        unsigned(deduced ? SampleEncoder.DEDUCED : SampleEncoder.TRANSMITTED);
        if (!deduced) {
            real(stamp);
        }
        int from = row * channels;
        int to = from + channels;
        if (rowMajor instanceof float[] values) {
            for (int i = from; i < to; i++) {
                unsigned(Float.isNaN(values[i]) ? NAN32 : Integer.toUnsignedLong(Float.floatToRawIntBits(values[i])));
            }
        } else if (rowMajor instanceof double[] values) {
            for (int i = from; i < to; i++) {
                real(values[i]);
            }
        } else if (rowMajor instanceof int[] values) {
            for (int i = from; i < to; i++) {
                signed(values[i]);
            }
        } else if (rowMajor instanceof short[] values) {
            for (int i = from; i < to; i++) {
                signed(values[i]);
            }
        } else if (rowMajor instanceof byte[] values) {
            for (int i = from; i < to; i++) {
                signed(values[i]);
            }
        } else if (rowMajor instanceof long[] values) {
            for (int i = from; i < to; i++) {
                signed(values[i]);
            }
        } else {
            String[] values = (String[]) rowMajor;
            for (int i = from; i < to; i++) {
                text(values[i]);
            }
        }
    }

    private void real(double value) {
        unsigned(Double.isNaN(value) ? NAN64 : Double.doubleToRawLongBits(value));
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        unsigned(bytes.length);
        out.writeBytes(bytes);
    }

    private void unsigned(long value) {
        int width = (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
        out.write(width);
        bytes(value, width);
    }

    private void signed(long value) {
        if (value >= 0) {
            unsigned(value);
            return;
        }
        // As many bytes as leave nothing but ones above them; at least one.
        int width = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(~value) + 7) / 8);
        out.write(-width);
        bytes(value, width);
    }

    private void bytes(long value, int width) {
        for (int i = 0; i < width; i++) {
            out.write((int) (value >> (8 * i)));
        }
    }

    /** Bytes collected so far. */
    public int size() {
        return out.size();
    }

    /** A copy of what was collected. */
    public byte[] toBytes() {
        return out.toByteArray();
    }
}
