package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.ChannelFormat;
import java.nio.ByteBuffer;

/** Samples into any buffer, protocol 1.10, in the byte order of the buffer. Keeps nothing, so it is safe for several threads. */
public final class SampleWriter implements WireWriter {
    /** Shorter runs are faster value by value. */
    private static final int BULK = 8;

    private static final int STAMPED = 9;
    private static final int LONGEST_SHORT_TEXT = 0xff;

    private final ChannelFormat format;
    private final int channels;

    public SampleWriter(ChannelFormat format, int channels) {
        this.format = format;
        this.channels = channels;
    }

    @Override
    public long size(Object rowMajor, int row) {
        if (!format.isText()) {
            return STAMPED + (long) channels * format.bytes();
        }
        long size = STAMPED;
        for (int i = row * channels; i < (row + 1) * channels; i++) {
            long length = textLength(rowMajor, i);
            size += length + (length <= LONGEST_SHORT_TEXT ? 2 : 5);
        }
        return size;
    }

    @Override
    public long leastSize() {
        return 1L + (long) channels * (format.isText() ? 2 : format.bytes());
    }

    /** Bytes of a text: a string's in UTF-8, or raw ones as they are. */
    static long textLength(Object texts, int i) {
        return texts instanceof byte[][] raw ? raw[i].length : utf8Length(((String[]) texts)[i]);
    }

    static byte[] text(Object texts, int i) {
        return texts instanceof byte[][] raw ? raw[i] : ((String[]) texts)[i].getBytes(UTF_8);
    }

    /** As {@link String#getBytes} will have it: half a surrogate pair becomes a question mark. */
    static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each < 0x80) {
                length++;
            } else if (each < 0x800) {
                length += 2;
            } else if (!Character.isSurrogate(each)) {
                length += 3;
            } else if (Character.isHighSurrogate(each)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                length += 4;
                i++;
            } else {
                length++;
            }
        }
        return length;
    }

    @Override
    public int tagBytes() {
        return 1;
    }

    @Override
    public void writeStamped(ByteBuffer out, double stamp) {
        out.put(SampleEncoder.TRANSMITTED).putDouble(stamp);
    }

    @Override
    public void write(ByteBuffer out, Object rowMajor, int row, double stamp, boolean deduced) {
        if (deduced) {
            out.put(SampleEncoder.DEDUCED);
        } else {
            writeStamped(out, stamp);
        }
        int from = row * channels;
        switch (format) {
            case FLOAT32 -> put(out, (float[]) rowMajor, from);
            case DOUBLE64 -> put(out, (double[]) rowMajor, from);
            case INT32 -> put(out, (int[]) rowMajor, from);
            case INT16 -> put(out, (short[]) rowMajor, from);
            case INT8 -> out.put((byte[]) rowMajor, from, channels);
            case INT64 -> put(out, (long[]) rowMajor, from);
            case STRING -> putTexts(out, rowMajor, from);
        }
    }

    private void put(ByteBuffer out, float[] values, int from) {
        if (channels >= BULK) {
            out.asFloatBuffer().put(values, from, channels);
            out.position(out.position() + 4 * channels);
            return;
        }
        for (int i = from; i < from + channels; i++) {
            // Raw bits: a NaN's payload survives.
            out.putInt(Float.floatToRawIntBits(values[i]));
        }
    }

    private void put(ByteBuffer out, double[] values, int from) {
        if (channels >= BULK) {
            out.asDoubleBuffer().put(values, from, channels);
            out.position(out.position() + 8 * channels);
            return;
        }
        for (int i = from; i < from + channels; i++) {
            out.putLong(Double.doubleToRawLongBits(values[i]));
        }
    }

    private void put(ByteBuffer out, int[] values, int from) {
        if (channels >= BULK) {
            out.asIntBuffer().put(values, from, channels);
            out.position(out.position() + 4 * channels);
            return;
        }
        for (int i = from; i < from + channels; i++) {
            out.putInt(values[i]);
        }
    }

    private void put(ByteBuffer out, short[] values, int from) {
        if (channels >= BULK) {
            out.asShortBuffer().put(values, from, channels);
            out.position(out.position() + 2 * channels);
            return;
        }
        for (int i = from; i < from + channels; i++) {
            out.putShort(values[i]);
        }
    }

    private void put(ByteBuffer out, long[] values, int from) {
        if (channels >= BULK) {
            out.asLongBuffer().put(values, from, channels);
            out.position(out.position() + 8 * channels);
            return;
        }
        for (int i = from; i < from + channels; i++) {
            out.putLong(values[i]);
        }
    }

    private void putTexts(ByteBuffer out, Object values, int from) {
        for (int i = from; i < from + channels; i++) {
            byte[] text = text(values, i);
            if (text.length <= LONGEST_SHORT_TEXT) {
                out.put((byte) 1).put((byte) text.length);
            } else {
                out.put((byte) 4).putInt(text.length);
            }
            out.put(text);
        }
    }
}
