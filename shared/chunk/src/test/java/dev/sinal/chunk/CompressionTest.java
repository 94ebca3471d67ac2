package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What compression is for, as bytes: no times, those differ between machines. */
class CompressionTest {
    private static final int SAMPLES = 1000;
    private static final double STEP = 0.022351743; // microvolts, a 24-bit converter
    private final SplittableRandom random = new SplittableRandom(20261122);

    private static byte[] encode(List<? extends Column> columns, Codecs codecs) {
        SampleBlock block = Samples.block(columns.get(0).size(), columns);
        byte[] chunk = ChunkEncoder.encode(block, codecs);
        assertThat(ChunkDecoder.decode(chunk)).isEqualTo(block);
        return chunk;
    }

    private List<Column> eeg(int channels, double step, double largestOffset) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double offset = largestOffset * (2 * random.nextDouble() - 1);
            columns.add(new FloatColumn(Samples.eeg(SAMPLES, step, offset, random)));
        }
        return columns;
    }

    /** Encoded bytes over plain bytes of values and stamps. */
    private static double ratio(byte[] chunk) {
        ChunkHeader header = ChunkHeader.read(chunk);
        int plain = header.count() * 8;
        for (int c = 0; c < header.channels(); c++) {
            plain += header.count() * header.format(c).bytes();
        }
        return (double) chunk.length / plain;
    }

    @Test
    void eegOfADeclaredStepTakesLessThanAThird() {
        double[] steps = new double[64];
        Arrays.fill(steps, STEP);

        double ratio = ratio(encode(eeg(64, STEP, 20_000), Codecs.compressWithSteps(steps)));

        System.out.printf("64 channels of quantised EEG, step declared: %.3f of plain%n", ratio);
        assertThat(ratio).isLessThan(0.34);
    }

    @Test
    void theStepIsFoundWhenNobodyDeclaresItEvenOnLargeOffsets() {
        byte[] chunk = encode(eeg(64, STEP, 20_000), Codecs.COMPRESS);

        System.out.printf("64 channels of quantised EEG, step found: %.3f of plain%n", ratio(chunk));
        assertThat(ratio(chunk)).isLessThan(0.35);
        ChunkHeader header = ChunkHeader.read(chunk);
        for (int c = 0; c < 64; c++) {
            assertThat(header.channelLength(c)).as("bytes of channel %s", c).isLessThan(SAMPLES * 3 / 2);
        }
    }

    @Test
    void aLearningEncoderStaysAsSmallAsOneThatSearchesEveryTime() {
        float[] values = Samples.eeg(10_000, STEP, 20_000, random);
        Codecs learning = Codecs.COMPRESS.learning();
        int learned = 0;
        int searched = 0;
        for (int from = 0; from < values.length; from += 250) {
            List<Column> columns = List.of(new FloatColumn(Arrays.copyOfRange(values, from, from + 250)));
            learned += encode(columns, learning).length;
            searched += encode(columns, Codecs.COMPRESS).length;
        }

        assertThat(learned).isLessThan(searched * 103 / 100);
    }

    @Test
    void aLearningEncoderFollowsAConverterThatChanges() {
        Codecs learning = Codecs.COMPRESS.learning();
        for (double step : new double[] {STEP, 0.5, 0.1, 1e-9, 0.03125}) {
            List<Column> columns = List.of(new FloatColumn(Samples.eeg(SAMPLES, step, 300, random)));
            int fresh = encode(columns, Codecs.COMPRESS).length;
            assertThat(encode(columns, learning).length).isLessThanOrEqualTo(fresh * 11 / 10);
            assertThat(encode(columns, learning).length).isLessThanOrEqualTo(fresh * 11 / 10);
        }
    }

    @Test
    void aConverterThatDoesNotMeetZeroIsFoundToo() {
        float[] values = Samples.eeg(SAMPLES, STEP, 0, random);
        for (int i = 0; i < SAMPLES; i++) {
            values[i] = (float) (Math.rint(values[i] / STEP) * STEP + 4321.0987);
        }

        ChunkHeader header = ChunkHeader.read(encode(List.of(new FloatColumn(values)), Codecs.COMPRESS));

        assertThat(header.channelLength(0)).isLessThan(SAMPLES * 3 / 2);
    }

    @Test
    void someDropoutsDoNotSpoilAChannel() {
        float[] values = Samples.eeg(SAMPLES, STEP, 100, random);
        for (int i = 0; i < SAMPLES; i += 100) {
            values[i] = Float.NaN;
        }

        ChunkHeader header = ChunkHeader.read(encode(List.of(new FloatColumn(values)), Codecs.COMPRESS));

        assertThat(header.channelLength(0)).isLessThan(SAMPLES * 3 / 2);
    }

    @Test
    void decimalsOfADoubleCostAboutAByte() {
        double[] heartRate = new double[SAMPLES];
        double rate = 70;
        for (int i = 0; i < SAMPLES; i++) {
            rate += random.nextDouble() - 0.5;
            heartRate[i] = Math.rint(rate * 10) / 10;
        }

        assertThat(ChunkHeader.read(encode(List.of(new DoubleColumn(heartRate)), Codecs.COMPRESS))
                        .channelLength(0))
                .isLessThan(SAMPLES);
    }

    @Test
    void samplesInTheUpperBytesOfAnIntegerDoNotPayForTheLowerOnes() {
        float[] eeg = Samples.eeg(SAMPLES, 1, 100_000, random);
        long[] plain = new long[SAMPLES];
        long[] shifted = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            plain[i] = (long) eeg[i];
            shifted[i] = plain[i] << 8;
        }

        ChunkHeader header = ChunkHeader.read(encode(
                List.of(new LongColumn(SampleFormat.INT32, plain), new LongColumn(SampleFormat.INT32, shifted)),
                Codecs.COMPRESS));

        assertThat(header.channelLength(1)).isLessThan(header.channelLength(0) + 16);
    }

    @Test
    void valuesOfFullPrecisionAreNeverLargerThanPlain() {
        double[] noise = new double[SAMPLES];
        Arrays.setAll(noise, i -> Double.longBitsToDouble(random.nextLong()));

        assertThat(ChunkHeader.read(encode(List.of(new DoubleColumn(noise)), Codecs.COMPRESS))
                        .channelLength(0))
                .isLessThanOrEqualTo(SAMPLES * 8);
    }

    @Test
    void aConstantCostsOneValue() {
        ChunkHeader header = ChunkHeader.read(encode(
                List.of(new FloatColumn(new float[SAMPLES]), new LongColumn(SampleFormat.INT64, new long[SAMPLES])),
                Codecs.COMPRESS));

        assertThat(header.channelLength(0)).isEqualTo(4);
        assertThat(header.channelLength(1)).isEqualTo(8);
    }

    @Test
    void stampsOfARegularStreamCostAFewBytes() {
        long[] stamps = new long[SAMPLES];
        double[] rawStamps = new double[SAMPLES];
        double raw = 98_765.432_109_876;
        for (int i = 0; i < SAMPLES; i++) {
            rawStamps[i] = raw;
            stamps[i] = Samples.NOON + Math.round((raw - 98_765) * 1e9);
            raw += 1 / 512.0 + 1e-9; // no power of two: the sum is rounded each time
        }

        ChunkHeader header = stampsOnly(stamps, rawStamps);

        assertThat(header.rawStampsLength()).isLessThan(30);
        assertThat(header.timestampsLength()).isLessThan(SAMPLES / 4);
        assertThat(stampsOnly(Samples.regular(SAMPLES, 4_000_000), null).timestampsLength())
                .isLessThan(20);
    }

    @Test
    void timestampsThatFollowJitteredRawStampsCostLittleBesideThem() {
        long[] stamps = new long[SAMPLES];
        double[] rawStamps = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            rawStamps[i] = 98_765 + i / 300.0 + 2e-5 * random.nextDouble();
            // a correction of 1,000 s that is slewed by 20 ppm
            stamps[i] = Samples.NOON + Math.round((rawStamps[i] + 1000 + 2e-5 * i / 300.0) * 1e9);
        }

        ChunkHeader header = stampsOnly(stamps, rawStamps);

        assertThat(header.rawStampsLength()).isLessThan(SAMPLES * 3);
        assertThat(header.timestampsLength()).isLessThan(SAMPLES / 2);
    }

    private static ChunkHeader stampsOnly(long[] stamps, double[] rawStamps) {
        SampleBlock block = new SampleBlock("s", 1, 1, TimeBasis.LSL, stamps, rawStamps, List.of());
        byte[] chunk = ChunkEncoder.encode(block, Codecs.COMPRESS);
        assertThat(ChunkDecoder.decode(chunk)).isEqualTo(block);
        assertThat(ChunkDecoder.decodeWithoutRawStamps(chunk, new int[0]))
                .isEqualTo(new SampleBlock("s", 1, 1, TimeBasis.LSL, stamps, null, List.of()));
        assertThat(ChunkDecoder.timestamps(chunk)).isEqualTo(stamps);
        return ChunkHeader.read(chunk);
    }

    @Test
    void repeatedMarkersDeflate() {
        String[] markers = new String[SAMPLES];
        Arrays.setAll(markers, i -> "stimulus/onset/" + random.nextInt(4));

        assertThat(ChunkHeader.read(encode(List.of(new TextColumn(markers)), Codecs.COMPRESS))
                        .channelLength(0))
                .isLessThan(SAMPLES * 2);
    }

    @Test
    void markersDeflateAtTheSizesOfPackedChunks() {
        String[] markers = new String[10_000];
        Arrays.setAll(
                markers, i -> "{\"event\":\"stimulus\",\"trial\":" + i / 3 + ",\"code\":" + random.nextInt(8) + "}");
        List<Column> columns = List.of(new TextColumn(markers));

        int quick = ChunkHeader.read(encode(columns, Codecs.COMPRESS)).channelLength(0);
        int dense = ChunkHeader.read(encode(columns, Codecs.COMPACT)).channelLength(0);

        assertThat(quick).isLessThan(10_000 * 4);
        assertThat(dense).isLessThan(quick);
    }

    @Test
    void packedChunksOfEegTakeStillLess() {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
            columns.add(new FloatColumn(Samples.eeg(10_000, STEP, 20_000 * (2 * random.nextDouble() - 1), random)));
        }
        double quick = ratio(encode(columns, Codecs.COMPRESS));
        double dense = ratio(encode(columns, Codecs.COMPACT));

        System.out.printf("4 channels of quantised EEG, 10,000 samples: %.3f of plain, packed %.3f%n", quick, dense);
        assertThat(dense).isLessThan(quick * 0.95);
    }

    @Test
    void fullMantissasOnOffsetsArePackedAsWords() {
        float[] values = Samples.eeg(10_000, STEP, 3000, random);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) random.nextDouble();
        }
        List<Column> columns = List.of(new FloatColumn(values));

        assertThat(ChunkHeader.read(encode(columns, Codecs.COMPACT)).channelLength(0))
                .isLessThan(10_000 * 9 / 4);
    }
}
