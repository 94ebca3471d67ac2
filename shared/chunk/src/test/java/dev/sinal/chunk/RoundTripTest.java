package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
    private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 127, 128, 129, 257, 1000};

    static Stream<Arguments> shapesAndMissing() {
        return Arrays.stream(Samples.Shape.values())
                .flatMap(shape -> Arrays.stream(Samples.Missing.values()).map(m -> Arguments.of(shape, m)));
    }

    @ParameterizedTest
    @MethodSource("shapesAndMissing")
    void everyBitOfEveryFormatComesBack(Samples.Shape shape, Samples.Missing missing) {
        SplittableRandom random = new SplittableRandom(20261122);
        Codecs learning = Codecs.COMPRESS.learning();
        Codecs dense = Codecs.COMPACT.learning();
        for (int size : SIZES) {
            SampleBlock block = Samples.block(size, Samples.everyFormat(shape, missing, size, random));

            assertComesBack(block, Codecs.COMPRESS);
            assertComesBack(block, Codecs.COMPACT);
            assertComesBack(block, Codecs.RAW);
            assertComesBack(block, learning);
            assertComesBack(block, dense);
            assertComesBack(block, Codecs.compressWithSteps(new double[] {0.022351743, 0.1, 0, 7, Double.NaN, -1}));
        }
    }

    private static void assertComesBack(SampleBlock block, Codecs codecs) {
        byte[] chunk = ChunkEncoder.encode(block, codecs);

        assertThat(ChunkDecoder.decode(chunk)).isEqualTo(block);
        assertThat(ChunkDecoder.timestamps(chunk)).isEqualTo(block.timestamps());
        ChunkDecoder.verify(chunk);
    }

    @ParameterizedTest
    @EnumSource(Samples.Shape.class)
    void rawStampsAndTimestampsOfAnyShapeComeBack(Samples.Shape shape) {
        SplittableRandom random = new SplittableRandom(7);
        for (int size : SIZES) {
            var doubles =
                    (DoubleColumn) Samples.column(SampleFormat.DOUBLE64, shape, Samples.Missing.NONE, size, random);
            var longs = (LongColumn) Samples.column(SampleFormat.INT64, shape, Samples.Missing.NONE, size, random);
            SampleBlock block = new SampleBlock(
                    "s",
                    0,
                    0,
                    TimeBasis.ARRIVAL,
                    longs.values(),
                    doubles.values(),
                    List.of(new DoubleColumn(doubles.values())));

            assertComesBack(block, Codecs.COMPRESS);
            assertComesBack(block, Codecs.COMPACT);
            assertComesBack(block, Codecs.RAW);
        }
    }

    @Test
    void runsOfSmallNumbersWithOutliersComeBack() {
        SplittableRandom random = new SplittableRandom(17);
        for (int round = 0; round < 200; round++) {
            int size = random.nextInt(1, 600);
            int usual = random.nextInt(1, 40);
            long[] values = new long[size];
            for (int i = 0; i < size; i++) {
                boolean outlier = random.nextInt(50) == 0;
                values[i] = random.nextLong() >> (outlier ? random.nextInt(64) : 64 - usual);
            }
            assertComesBack(Samples.block(size, List.of(new LongColumn(SampleFormat.INT64, values))), Codecs.COMPACT);
        }
    }

    @Test
    void randomGridsComeBack() {
        SplittableRandom random = new SplittableRandom(99);
        for (int round = 0; round < 300; round++) {
            int size = random.nextInt(1, 400);
            double step = Math.pow(10, random.nextDouble(-9, 4));
            double offset = random.nextBoolean() ? 0 : random.nextDouble(-1e5, 1e5) * step;
            float[] singles = new float[size];
            double[] doubles = new double[size];
            long level = random.nextInt(-1_000_000, 1_000_000);
            for (int i = 0; i < size; i++) {
                level += random.nextInt(-300, 300);
                doubles[i] = offset + level * step;
                singles[i] = (float) doubles[i];
            }

            SampleBlock block = Samples.block(size, List.of(new FloatColumn(singles), new DoubleColumn(doubles)));
            assertComesBack(block, Codecs.COMPRESS);
            assertComesBack(block, Codecs.COMPACT);
        }
    }

    @Test
    void extremesOfTheRangeOfDoublesDoNotStopTheSearchForAGrid() {
        double[] values = {-Double.MAX_VALUE, Double.MAX_VALUE, 0, 1, Double.MIN_VALUE, -1e300, 1e-300, 3};

        assertComesBack(Samples.block(8, List.of(new DoubleColumn(values))), Codecs.COMPRESS);
    }

    @Test
    void chosenChannelsComeInTheOrderAsked() {
        SplittableRandom random = new SplittableRandom(3);
        SampleBlock block =
                Samples.block(200, Samples.everyFormat(Samples.Shape.EEG, Samples.Missing.RANDOM, 200, random));
        byte[] chunk = ChunkEncoder.encode(block, Codecs.COMPRESS);

        assertThat(ChunkDecoder.decode(chunk, new int[] {4, 0, 2})).isEqualTo(block.select(new int[] {4, 0, 2}));
        assertThat(ChunkDecoder.decode(chunk, new int[0]).columns()).isEmpty();
    }

    @Test
    void aChannelCanBeReadFromTheHeaderAndItsOwnBytes() {
        SplittableRandom random = new SplittableRandom(4);
        SampleBlock block =
                Samples.block(300, Samples.everyFormat(Samples.Shape.EEG, Samples.Missing.NONE, 300, random));
        byte[] chunk = ChunkEncoder.encode(block, Codecs.COMPRESS);

        int headerLength = ChunkHeader.headerLength(Arrays.copyOf(chunk, 16));
        ChunkHeader header = ChunkHeader.read(Arrays.copyOf(chunk, headerLength));
        for (int c = 0; c < header.channels(); c++) {
            int from = header.channelOffset(c);
            byte[] section = Arrays.copyOfRange(chunk, from, from + header.channelLength(c));
            assertThat(ChunkDecoder.channel(header, c, section, 0)).isEqualTo(block.column(c));
        }
        byte[] stamps = Arrays.copyOfRange(chunk, headerLength, headerLength + header.timestampsLength());
        assertThat(ChunkDecoder.timestamps(header, stamps, 0)).isEqualTo(block.timestamps());
    }

    @Test
    void aBlockWithoutChannelsKeepsItsStamps() {
        assertComesBack(Samples.block(5, List.of()), Codecs.COMPRESS);
    }
}
