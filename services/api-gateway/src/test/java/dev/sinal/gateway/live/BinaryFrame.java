package dev.sinal.gateway.live;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A reader of binary frames written from docs/contracts/live-protocol.md, not from the encoder. */
record BinaryFrame(
        int subscription,
        int stream,
        int count,
        long epoch,
        long seq,
        int step,
        List<Long> timestamps,
        List<List<Double>> values) {
    static BinaryFrame read(Buffer in) {
        if (in.getByte(0) != 1 || in.getByte(1) != 1) {
            throw new IllegalArgumentException("no samples of version 1");
        }
        int element = in.getByte(2);
        int count = in.getIntLE(12);
        int channels = in.getIntLE(40);
        List<Long> timestamps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            timestamps.add(in.getLongLE(32) + (long) in.getDoubleLE(48 + i * 8));
        }
        int width = element == 1 ? 4 : 8;
        List<List<Double>> values = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            List<Double> column = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int at = 48 + count * 8 + (c * count + i) * width;
                column.add(
                        element == 1
                                ? Double.valueOf(in.getFloatLE(at))
                                : element == 2 ? Double.valueOf(in.getDoubleLE(at)) : Double.valueOf(in.getLongLE(at)));
            }
            values.add(column);
        }
        return new BinaryFrame(
                in.getIntLE(4),
                in.getIntLE(8),
                count,
                in.getLongLE(16),
                in.getLongLE(24),
                in.getIntLE(44),
                timestamps,
                values);
    }
}
