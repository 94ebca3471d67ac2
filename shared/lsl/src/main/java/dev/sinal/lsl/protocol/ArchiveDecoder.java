package dev.sinal.lsl.protocol;

import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The portable binary archive of protocol 1.00, cut anywhere, to samples: each sample is put into the form of protocol 1.10 and left to
 * a {@link SampleDecoder}, so that stamps, limits and the test pattern are treated alike.
 *
 * <p>Layout as of the archive that liblsl carries (Christian Pfligersdorffer's portable archive for Boost.Serialization, version 9): a
 * signature, the archive's version, the short description as a string, then sample after sample. Every number has as many bytes as it
 * needs, its first byte says how many.
 */
public final class ArchiveDecoder implements FeedDecoder {
    static final int SIGNATURE = 0x7f;
    /** The newest archive there is; natives refuse newer ones, too. */
    static final int VERSION = 9;

    private static final int TAG_BYTES = 2;
    private static final int STAMP_BYTES = 9;
    private static final int STRING_WIDTH = 4;

    private final StreamInfo info;
    private final LslLimits limits;
    private final SampleDecoder samples;
    private byte[] buffer = new byte[4096];
    private int start;
    private int end;
    /** Where the next number is read; beyond {@link #end} if it could not. */
    private int at;

    /** How far the sample at {@link #start} was seen: values, bytes of them and what they take in protocol 1.10. None if 0 bytes. */
    private int seen;

    private int seenBytes;
    private long seenSize;

    private boolean begun;
    private boolean described;
    private boolean classed;
    /** Told once what came before it is delivered. */
    private @Nullable LslProtocolException broken;

    /** @param info of the stream that was asked for */
    public ArchiveDecoder(StreamInfo info, LslLimits limits) {
        this.info = info;
        this.limits = limits;
        this.samples = new SampleDecoder(
                info.format(), info.channelCount(), info.nominalRate(), ByteOrder.LITTLE_ENDIAN, false, limits);
    }

    @Override
    public ByteBuffer room(int length) {
        if (end + length > buffer.length) {
            int kept = end - start;
            if (kept + length <= buffer.length) {
                System.arraycopy(buffer, start, buffer, 0, kept);
            } else {
                // Twice as much, lest one large sample in many small pieces be copied for each.
                buffer = Arrays.copyOfRange(buffer, start, start + Math.max(2 * buffer.length, kept + length));
            }
            start = 0;
            end = kept;
        }
        return ByteBuffer.wrap(buffer, end, length);
    }

    @Override
    public void filled(int length) {
        end += length;
    }

    @Override
    public boolean verified() {
        return samples.verified();
    }

    @Override
    public int held() {
        return samples.held();
    }

    @Override
    public @Nullable SampleBatch next(double receivedAt) {
        if (broken == null) {
            try {
                translateAll();
            } catch (LslProtocolException violation) {
                broken = violation;
            }
        }
        SampleBatch batch = samples.next(receivedAt);
        if (batch == null && broken != null) {
            batch = samples.giveUpHolding(receivedAt);
            if (batch == null) {
                throw broken;
            }
        }
        return batch;
    }

    private void translateAll() {
        if ((!begun && !begin()) || (!described && !describe())) {
            return;
        }
        for (int size = sizeOfSample(); size >= 0; size = sizeOfSample()) {
            translate(size);
        }
    }

    @Override
    public @Nullable SampleBatch giveUpHolding(double receivedAt) {
        return samples.giveUpHolding(receivedAt);
    }

    private boolean begin() {
        if (start < end && (buffer[start] & 0xff) != SIGNATURE) {
            throw LslProtocolException.invalid("archive signature", "0x7f", Integer.toHexString(buffer[start] & 0xff));
        }
        at = start + 1;
        long version = unsigned("archive version", 2);
        if (at > end) {
            return false;
        }
        if (version > VERSION) {
            throw new LslProtocolException("archive version", VERSION, version);
        }
        start = at;
        begun = true;
        return true;
    }

    /** The description says whose archive this is. */
    private boolean describe() {
        at = start;
        long length = unsigned("description length", 8);
        if (at > end) {
            return false;
        }
        if (length < 0 || length > limits.infoBytes()) {
            throw new LslProtocolException(
                    "description length", limits.infoBytes(), length < 0 ? Long.MAX_VALUE : length);
        }
        if (end - at < length) {
            return false;
        }
        String uid = uid(LenientText.decode(buffer, at, (int) length));
        if (!uid.toLowerCase(Locale.ROOT).equals(info.uid().toLowerCase(Locale.ROOT))) {
            throw LslProtocolException.invalid("uid", info.uid(), uid);
        }
        start = at + (int) length;
        described = true;
        return true;
    }

    private String uid(String xml) {
        try {
            return StreamInfoXml.read(xml, limits).uid();
        } catch (LslProtocolException broken) {
            throw broken;
        } catch (LslException broken) {
            throw LslProtocolException.invalid(
                    "description", "that of the stream", String.valueOf(broken.getMessage()));
        }
    }

    /** Bytes that the next sample takes in protocol 1.10, or −1 if it is incomplete. Nothing is looked at twice but the last value. */
    private int sizeOfSample() {
        if (seenBytes == 0 && !seeTag()) {
            return -1;
        }
        at = start + seenBytes;
        while (seen < info.channelCount()) {
            long size = seenSize + sizeOfValue();
            if (size > limits.sampleBytes()) {
                throw new LslProtocolException("sample size", limits.sampleBytes(), size);
            }
            if (at > end) {
                return -1;
            }
            seen++;
            seenBytes = at - start;
            seenSize = size;
        }
        return (int) seenSize;
    }

    private boolean seeTag() {
        at = start;
        if (!classed) {
            classInformation();
        }
        boolean deduced = tag() == SampleEncoder.DEDUCED;
        if (at <= end && !deduced) {
            unsigned("stamp", Double.BYTES);
        }
        if (at > end) {
            return false;
        }
        seen = 0;
        seenBytes = at - start;
        seenSize = deduced ? 1 : STAMP_BYTES;
        return true;
    }

    private long sizeOfValue() {
        switch (info.format()) {
            case STRING -> {
                long length = unsigned("string length", Long.BYTES);
                if (at > end) {
                    return 0;
                }
                if (length < 0 || length > limits.stringBytes()) {
                    throw new LslProtocolException(
                            "string length", limits.stringBytes(), length < 0 ? Long.MAX_VALUE : length);
                }
                at += (int) length;
                return 1 + STRING_WIDTH + length;
            }
            case FLOAT32, DOUBLE64 -> unsigned("value", info.format().bytes());
            default -> signed("value", info.format().bytes());
        }
        return info.format().bytes();
    }

    private void translate(int size) {
        at = start;
        if (!classed) {
            classInformation();
            classed = true;
        }
        ByteBuffer out = samples.room(size).order(ByteOrder.LITTLE_ENDIAN);
        byte tag = (byte) tag();
        if (tag == SampleEncoder.DEDUCED) {
            out.put(tag);
        } else {
            out.put(SampleEncoder.TRANSMITTED).putLong(unsigned("stamp", Double.BYTES));
        }
        for (int c = 0; c < info.channelCount(); c++) {
            switch (info.format()) {
                case FLOAT32 -> out.putInt((int) unsigned("value", Float.BYTES));
                case DOUBLE64 -> out.putLong(unsigned("value", Double.BYTES));
                case INT8 -> out.put((byte) signed("value", Byte.BYTES));
                case INT16 -> out.putShort((short) signed("value", Short.BYTES));
                case INT32 -> out.putInt((int) signed("value", Integer.BYTES));
                case INT64 -> out.putLong(signed("value", Long.BYTES));
                case STRING -> {
                    int length = (int) unsigned("string length", Long.BYTES);
                    out.put((byte) STRING_WIDTH).putInt(length).put(buffer, at, length);
                    at += length;
                }
            }
        }
        samples.filled(size);
        start = at;
        seenBytes = 0;
    }

    /** Two numbers that only the first object of an archive has: whether it is tracked, and its version; both 0. */
    private void classInformation() {
        long first = unsigned("class information", 1);
        long second = at <= end ? unsigned("class information", 1) : 0;
        if (first != 0 || second != 0) {
            throw LslProtocolException.invalid("class information", "0 0", first + " " + second);
        }
    }

    private long tag() {
        return at <= end ? unsigned("sample tag", TAG_BYTES - 1) : 0;
    }

    private long signed(String field, int mostBytes) {
        int width = width(field, mostBytes);
        if (at > end) {
            return 0;
        }
        long value = magnitude(Math.abs(width));
        at += Math.abs(width);
        int bits = 8 * Math.abs(width);
        long number = width < 0 && bits < Long.SIZE ? value | (-1L << bits) : value;
        boolean fits = number >> (8 * mostBytes - 1) == (width < 0 ? -1 : 0);
        if (!fits) {
            throw LslProtocolException.invalid(
                    field, "a number of " + mostBytes + " bytes with a sign", (width < 0 ? "-" : "") + bits + " bits");
        }
        return number;
    }

    private long unsigned(String field, int mostBytes) {
        int width = width(field, mostBytes);
        if (width < 0) {
            throw LslProtocolException.invalid(field, "not negative", "a negative number of " + -width + " bytes");
        }
        if (at > end) {
            return 0;
        }
        long value = magnitude(width);
        at += width;
        return value;
    }

    /** Reads the first byte of a number, and leaves {@link #at} beyond the end if not all of it is there. */
    private int width(String field, int mostBytes) {
        if (at >= end) {
            at = end + 1;
            return 0;
        }
        int width = buffer[at++];
        if (Math.abs(width) > mostBytes) {
            throw new LslProtocolException(field + " width", mostBytes, Math.abs(width));
        }
        if (end - at < Math.abs(width)) {
            at = end + 1;
        }
        return width;
    }

    private long magnitude(int width) {
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (buffer[at + i] & 0xff);
        }
        return value;
    }
}
