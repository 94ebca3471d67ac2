package dev.sinal.gateway.live;

import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleFormat;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Samples as numbers that a browser draws without parsing. Little endian; the layout is in docs/contracts/live-protocol.md, and every section starts at a
 * multiple of its element size.
 */
final class ChunkBinary {
    static final byte VERSION = 1;
    static final byte SAMPLES = 1;
    static final byte FLOAT32 = 1;
    static final byte FLOAT64 = 2;
    static final byte INT64 = 3;
    static final byte FLAG_PRESENCE = 1;
    static final int HEADER = 48;

    private ChunkBinary() {}

    /** @param part without text columns */
    static Buffer encode(int subscription, Part part) {
        int count = part.count();
        int channels = part.columns().length;
        byte element = element(part);
        boolean presence = anyAbsent(part);
        int width = element == FLOAT32 ? 4 : 8;
        int bitmap = presence ? (count + 7) / 8 : 0;
        byte[] bytes = new byte[HEADER + count * 8 + channels * (count * width + bitmap)];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long t0 = part.timestamp(0);
        out.put(VERSION).put(SAMPLES).put(element).put(presence ? FLAG_PRESENCE : 0);
        out.putInt(subscription).putInt(part.stream().index()).putInt(count);
        out.putLong(part.block().epoch()).putLong(part.seq(0)).putLong(t0);
        out.putInt(channels).putInt(part.step());
        for (int i = 0; i < count; i++) {
            out.putDouble(part.timestamp(i) - t0);
        }
        for (int c = 0; c < channels; c++) {
            values(out, part, c, element);
        }
        for (int c = 0; presence && c < channels; c++) {
            presence(out, part, c, bitmap);
        }
        return Buffer.buffer(bytes);
    }

    private static void values(ByteBuffer out, Part part, int c, byte element) {
        int count = part.count();
        if (element == FLOAT32) {
            if (part.rows() == null && part.column(c) instanceof FloatColumn floats) {
                out.asFloatBuffer().put(floats.values(), 0, count);
                out.position(out.position() + count * 4);
                return;
            }
            for (int i = 0; i < count; i++) {
                out.putFloat((float) part.value(c, i));
            }
        } else if (element == FLOAT64) {
            for (int i = 0; i < count; i++) {
                out.putDouble(part.value(c, i));
            }
        } else {
            for (int i = 0; i < count; i++) {
                out.putLong(part.column(c).longAt(part.row(i)));
            }
        }
    }

    private static void presence(ByteBuffer out, Part part, int c, int bitmap) {
        int start = out.position();
        for (int i = 0; i < part.count(); i++) {
            if (part.present(c, i)) {
                int at = start + i / 8;
                out.put(at, (byte) (out.get(at) | 1 << i % 8));
            }
        }
        out.position(start + bitmap);
    }

    /** The smallest element that holds every value of the frame exactly; int64 beside floating point becomes float64. */
    private static byte element(Part part) {
        boolean singles = true;
        boolean longs = true;
        for (int c = 0; c < part.columns().length; c++) {
            SampleFormat format = part.column(c).format();
            boolean plain = !part.channel(c).scaled();
            singles &= plain
                    && (format == SampleFormat.FLOAT32 || format == SampleFormat.INT16 || format == SampleFormat.INT8);
            longs &= plain && format == SampleFormat.INT64;
        }
        return singles ? FLOAT32 : longs ? INT64 : FLOAT64;
    }

    private static boolean anyAbsent(Part part) {
        for (int c = 0; c < part.columns().length; c++) {
            if (part.column(c).presentCount() < part.column(c).size()) {
                return true;
            }
        }
        return false;
    }
}
