package dev.sinal.chunk;

import org.jspecify.annotations.Nullable;

/** The two sections of stamps: UTC nanoseconds and the producer's own seconds. */
final class StampCodec {
    /** Bytes of packed timestamps below which looking for less is not worth the time. */
    private static final int SMALL_ENOUGH = 32;

    private StampCodec() {}

    static SectionCodec writeTimestamps(
            ByteSink out, long[] stamps, double @Nullable [] rawStamps, @Nullable Deflation deflation) {
        if (deflation == null) {
            Words.write(out, stamps, 8);
            return SectionCodec.RAW;
        }
        PackedLongs packed = PackedLongs.plan(stamps, true, deflation.dense());
        if (rawStamps != null && packed.size() > SMALL_ENOUGH) {
            long[] distances = new long[stamps.length];
            for (int i = 0; i < stamps.length; i++) {
                distances[i] = stamps[i] - elapsedNanos(rawStamps, i);
            }
            PackedLongs fromRaw = PackedLongs.plan(distances, true, deflation.dense());
            if (fromRaw.size() < packed.size()) {
                fromRaw.write(out);
                return SectionCodec.FROM_RAW_STAMPS;
            }
        }
        if (packed.size() < stamps.length * 8) {
            packed.write(out);
            return SectionCodec.PACKED;
        }
        Words.write(out, stamps, 8);
        return SectionCodec.RAW;
    }

    /** Of the producer's clock since the first sample: timestamps follow it, but for a correction that hardly changes. */
    private static long elapsedNanos(double[] rawStamps, int i) {
        return (long) Math.rint((rawStamps[i] - rawStamps[0]) * 1e9);
    }

    /** @param rawStamps needed for {@link SectionCodec#FROM_RAW_STAMPS} only */
    static long[] readTimestamps(ByteSource in, SectionCodec codec, int count, double @Nullable [] rawStamps) {
        switch (codec) {
            case RAW -> {
                long[] stamps = Words.read(in, count, 8);
                in.expectEnd();
                return stamps;
            }
            case PACKED -> {
                return PackedLongs.read(in, count);
            }
            case FROM_RAW_STAMPS -> {
                if (rawStamps == null) {
                    throw new ChunkFormatException("codec", codec + " without raw stamps");
                }
                long[] stamps = PackedLongs.read(in, count);
                for (int i = 0; i < count; i++) {
                    stamps[i] += elapsedNanos(rawStamps, i);
                }
                return stamps;
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
        PackedLongs packed = PackedLongs.plan(words, true, deflation.dense());
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
        return codec == SectionCodec.RAMP ? RampCodec.read(in, count) : NumberCodec.readDoubles(in, codec, count);
    }
}
