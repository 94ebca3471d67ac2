package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.StreamInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What an outlet sends before the first sample of an archive; see {@link ArchiveDecoder}. */
public final class ArchiveEncoder {
    private static final int SMALL_NUMBERS = 32;

    private ArchiveEncoder() {}

    /** Signature, version, the stream's short description, and the test pattern. */
    public static byte[] head(StreamInfo info) {
        byte[] description = StreamInfoXml.write(info.withoutDesc()).getBytes(UTF_8);
        ArchiveWriter writer = new ArchiveWriter(info.format(), info.channelCount());
        Object[] patterns = {
            TestPattern.values(info.format(), info.channelCount(), TestPattern.OFFSETS[0]),
            TestPattern.values(info.format(), info.channelCount(), TestPattern.OFFSETS[1])
        };
        long size = SMALL_NUMBERS + description.length + writer.size(patterns[0], 0) + writer.size(patterns[1], 0);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        out.put((byte) ArchiveDecoder.SIGNATURE);
        ArchiveWriter.unsigned(out, ArchiveDecoder.VERSION);
        ArchiveWriter.text(out, description);
        // Whether the samples' class is tracked, and its version: before the first sample only.
        ArchiveWriter.unsigned(out, 0);
        ArchiveWriter.unsigned(out, 0);
        for (Object pattern : patterns) {
            writer.write(out, pattern, 0, TestPattern.STAMP, false);
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
