package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.ArchiveEncoder;
import dev.sinal.lsl.protocol.ArchiveWriter;
import dev.sinal.lsl.protocol.SampleWriter;
import dev.sinal.lsl.protocol.TestPattern;
import dev.sinal.lsl.protocol.WireWriter;
import java.nio.ByteOrder;

/** How samples look on a data connection. */
enum WireForm {
    /** Protocol 1.10; what nearly everybody reads. */
    LITTLE_ENDIAN(ByteOrder.LITTLE_ENDIAN),
    /** Protocol 1.10 for machines that would have to swap. */
    BIG_ENDIAN(ByteOrder.BIG_ENDIAN),
    /** Protocol 1.00. */
    ARCHIVE(ByteOrder.LITTLE_ENDIAN);

    private final ByteOrder order;

    WireForm(ByteOrder order) {
        this.order = order;
    }

    ByteOrder order() {
        return order;
    }

    WireWriter writer(StreamInfo info) {
        return this == ARCHIVE
                ? new ArchiveWriter(info.format(), info.channelCount())
                : new SampleWriter(info.format(), info.channelCount());
    }

    /** What comes before the first sample, and after the headers where there are any. */
    byte[] head(StreamInfo info) {
        return this == ARCHIVE
                ? ArchiveEncoder.head(info)
                : TestPattern.encode(info.format(), info.channelCount(), order);
    }
}
