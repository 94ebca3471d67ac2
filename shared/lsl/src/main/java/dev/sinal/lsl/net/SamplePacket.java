package dev.sinal.lsl.net;

import dev.sinal.lsl.protocol.SampleEncoder;
import io.vertx.core.buffer.Buffer;

/** Samples of one push, encoded once for all consumers. */
final class SamplePacket {
    private final byte[] wire;
    private final int[] offsets;
    private final double[] stamps;

    /**
     * @param offsets where each sample starts, and the end
     * @param stamps of all samples, those that are not transmitted too
     */
    SamplePacket(byte[] wire, int[] offsets, double[] stamps) {
        this.wire = wire;
        this.offsets = offsets;
        this.stamps = stamps;
    }

    int size() {
        return stamps.length;
    }

    int bytes() {
        return wire.length;
    }

    int bytes(int from, int to) {
        return offsets[to] - offsets[from];
    }

    double stamp(int i) {
        return stamps[i];
    }

    /** The end of the longest run from there that is no longer than that, but at least one sample. */
    int fitting(int from, int length) {
        int to = from + 1;
        while (to < size() && offsets[to + 1] - offsets[from] <= length) {
            to++;
        }
        return to;
    }

    void append(int from, int to, Buffer out) {
        out.appendBytes(wire, offsets[from], offsets[to] - offsets[from]);
    }

    /** Without tag and stamp. */
    void appendValues(int i, Buffer out) {
        int start = offsets[i] + (wire[offsets[i]] == SampleEncoder.DEDUCED ? 1 : 9);
        out.appendBytes(wire, start, offsets[i + 1] - start);
    }
}
