package dev.sinal.lsl.protocol;

import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts incoming bytes into lines, however they were segmented, and hands over the rest when the lines are done. */
public final class LineReader {
    private final LslLimits limits;
    private byte[] buffer = new byte[512];
    private int start;
    private int scanned;
    private int end;
    private int lines;

    public LineReader(LslLimits limits) {
        this.limits = limits;
    }

    public void feed(byte[] bytes) {
        feed(bytes, 0, bytes.length);
    }

    public void feed(byte[] bytes, int offset, int length) {
        if (end + length > buffer.length) {
            buffer = Arrays.copyOfRange(buffer, start, start + Math.max(2 * (end - start), end - start + length));
            scanned -= start;
            end -= start;
            start = 0;
        }
        System.arraycopy(bytes, offset, buffer, end, length);
        end += length;
    }

    /**
     * The next line without its line end, or null if it is not complete yet.
     *
     * @throws LslProtocolException if the line, or the number of lines, passes its limit
     */
    public @Nullable String nextLine() {
        while (scanned < end && buffer[scanned] != '\n') {
            scanned++;
        }
        if (scanned - start > limits.headerLineBytes() + 1) {
            throw new LslProtocolException("header line", limits.headerLineBytes(), scanned - start);
        }
        if (scanned == end) {
            return null;
        }
        if (++lines > limits.headerLines()) {
            throw new LslProtocolException("header lines", limits.headerLines(), lines);
        }
        int stop = scanned > start && buffer[scanned - 1] == '\r' ? scanned - 1 : scanned;
        String line = LenientText.decode(buffer, start, stop - start);
        start = ++scanned;
        return line;
    }

    /** What has come after the last line taken; the reader is empty afterwards. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(buffer, start, end);
        start = end;
        scanned = end;
        return rest;
    }
}
