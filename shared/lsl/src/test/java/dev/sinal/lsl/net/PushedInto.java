package dev.sinal.lsl.net;

import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.StreamInfo;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/** What an outlet does with pushes, without sockets: stamped, encoded, put into queues. */
final class PushedInto {
    private final SamplePacker packer;
    private final SampleLane lane;

    PushedInto(StreamInfo info) {
        packer = new SamplePacker(info, LslLimits.defaults(), false);
        lane = new SampleLane(info, WireForm.LITTLE_ENDIAN);
    }

    void one(Object sample, double stamp, OutletQueue... queues) {
        append(packer.fitting(sample, 1), 1, packer.one(stamp), queues);
    }

    void chunk(Object values, int samples, double lastStamp, OutletQueue... queues) {
        append(packer.fitting(values, samples), samples, packer.chunk(samples, null, lastStamp), queues);
    }

    private void append(Object values, int samples, int transmitted, OutletQueue... queues) {
        lane.append(values, samples, packer.stamps(), transmitted, (segment, from, to) -> {
            for (OutletQueue queue : queues) {
                queue.offer(segment, from, to, true);
            }
        });
    }

    /** Everything that waits there. */
    static byte[] taken(OutletQueue queue) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf next = queue.take(1000); next != null; next = queue.take(1000)) {
            byte[] bytes = new byte[next.readableBytes()];
            next.readBytes(bytes);
            next.release();
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }
}
