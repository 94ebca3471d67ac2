package dev.sinal.chunk;

import org.jspecify.annotations.Nullable;

/** The two sections of stamps: UTC nanoseconds and the producer's own seconds. */
final class StampCodec {
    private StampCodec() {}

    static SectionCodec writeTimestamps(ByteSink out, long[] stamps, boolean compress) {
        if (compress) {
            PackedLongs packed = PackedLongs.plan(stamps, true);
            if (packed.size() < stamps.length * 8) {
                packed.write(out);
                return SectionCodec.PACKED;
            }
        }
        Words.write(out, stamps, 8);
        return SectionCodec.RAW;
    }

    static long[] readTimestamps(ByteSource in, SectionCodec codec, int count) {
        switch (codec) {
            case RAW -> {
                long[] stamps = Words.read(in, count, 8);
                in.expectEnd();
                return stamps;
            }
            case PACKED -> {
                return PackedLongs.read(in, count);
            }
            default -> throw new ChunkFormatException("codec", codec + " is not for timestamps");
        }
    }

    static SectionCodec writeRawStamps(ByteSink out, double[] stamps, @Nullable Deflation deflation) {
        long[] words = Words.ofDoubles(stamps);
        int plain = words.length * 8;
        if (deflation == null || words.length < 2) {
            Words.write(out, words, 8);
            return SectionCodec.RAW;
        }
        RampCodec.Ramp ramp = RampCodec.plan(stamps);
        // bit patterns of doubles of one sign are in the order of their values, so a smooth clock gives smooth words
        PackedLongs packed = PackedLongs.plan(words, true);
        if (ramp != null && ramp.size() <= packed.size()) {
            ramp.write(out);
            return SectionCodec.RAMP;
        }
        if (packed.size() + 1 > plain * 6 / 10) {
            SectionCodec deflated =
                    NumberCodec.writeDeflated(out, words, 8, Math.min(plain, packed.size() + 1), deflation);
            if (deflated != null) {
                return deflated;
            }
        }
        if (packed.size() + 1 >= plain) {
            Words.write(out, words, 8);
            return SectionCodec.RAW;
        }
        out.u8(Grid.WORDS);
        packed.write(out);
        return SectionCodec.PACKED;
    }

    static double[] readRawStamps(ByteSource in, SectionCodec codec, int count) {
        return codec == SectionCodec.RAMP
                ? RampCodec.read(in, count)
                : Words.toDoubles(NumberCodec.read(in, codec, SampleFormat.DOUBLE64, count));
    }
}
