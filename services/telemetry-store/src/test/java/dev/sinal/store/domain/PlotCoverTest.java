package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.PlotAnswer.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is rolled up, and how far: a plot by its cover is the plot of the samples. */
class PlotCoverTest {
    private static final ChannelDescriptor PLAIN = ChannelDescriptor.plain("a");
    private static final long START = 1_772_359_200_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aPlotByItsCoverIsThePlotOfTheSamples(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            Model model = new Model(random);
            for (int plot = 0; plot < 5; plot++) {
                model.check(random);
            }
        }
    }

    @Test
    void theGridKeepsToThePointsThatWereAskedFor() {
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            long from = START + random.nextLong() % 1_000_000_000_000L;
            long to = from + 1 + Math.abs(random.nextLong() >> random.nextInt(60)) % 400_000_000_000_000_000L;
            int points = 1 + random.nextInt(2_000);
            PlotGrid grid = PlotGrid.of(from, to, points, List.of(random.nextInt(13) - 4, 5));

            assertThat(grid.buckets()).isBetween(1, points);
            assertThat(grid.start()).isLessThanOrEqualTo(from);
            assertThat(grid.start() + grid.width()).isGreaterThan(from);
            assertThat(grid.start() + grid.width() * (grid.buckets() - 1)).isLessThan(to);
            assertThat(grid.start() + grid.width() * grid.buckets()).isGreaterThanOrEqualTo(to);
            if (grid.level() >= RollupLevels.FINEST) {
                assertThat(grid.start() % RollupLevels.width(grid.level())).isZero();
                assertThat(grid.width() % RollupLevels.width(grid.level())).isZero();
                assertThat((double) grid.width()).isLessThanOrEqualTo(1.51 * (to - from + grid.width()) / points);
            }
        }
    }

    @Test
    void withoutRollupsTheGridBeginsWhereTheRangeBegins() {
        assertThat(PlotGrid.of(7, 7_000_007, 1_000, List.of((int) Short.MAX_VALUE)))
                .isEqualTo(PlotGrid.plain(7, 7_000_007, 1_000));
    }

    @Test
    void aLongRangeTakesTheCoarsestLevelAndFinerOnesAtItsEdges() {
        long second = 1_000_000_000L;
        TreeMap<Integer, RolledEpoch.Level> levels = new TreeMap<>(Map.of(
                0,
                new RolledEpoch.Level(1_000, 0, Long.MAX_VALUE),
                1,
                new RolledEpoch.Level(1_000, 0, Long.MAX_VALUE)));
        RolledEpoch epoch = new RolledEpoch(1, 0, 1_000 * second, 0, true, levels);

        PlotCover cover = PlotCover.of(epoch, new Span(2 * second + 1, 21 * second), 1, List.of(), List.of());

        assertThat(cover.buckets())
                .extracting(PlotCover.Buckets::level, PlotCover.Buckets::span)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, new Span(4 * second, 20 * second)),
                        org.assertj.core.groups.Tuple.tuple(0, new Span(3 * second, 4 * second)),
                        org.assertj.core.groups.Tuple.tuple(0, new Span(20 * second, 21 * second)));
        assertThat(cover.samples()).containsExactly(new PlotCover.Samples(new Span(2 * second + 1, 3 * second), 1_000));
        assertThat(cover.after()).isEqualTo(1_000);
    }

    /** An epoch of one channel, cut into chunks, of which some are rolled up. */
    private static final class Model {
        private final long[] stamps;
        private final double[] values;
        private final List<int[]> chunks = new ArrayList<>();
        private final TreeMap<Integer, List<RollupRow>> rows = new TreeMap<>();
        private final TreeMap<Integer, RolledEpoch.Level> levels = new TreeMap<>();
        private final RolledEpoch epoch;

        Model(Random random) {
            int n = 1 + random.nextInt(400);
            int finest = random.nextInt(4) - 2;
            stamps = new long[n];
            values = new double[n];
            long step = Math.max(1, RollupLevels.width(finest) / (1 + random.nextInt(6)));
            long at = START - 3_600_000_000_000L * random.nextInt(30);
            for (int i = 0; i < n; i++) {
                at += random.nextInt(40) == 0 ? step * random.nextInt(200) : step;
                stamps[i] = at + (random.nextInt(5) == 0 ? (long) (random.nextGaussian() * 3 * step) : 0);
                values[i] = random.nextInt(9) == 0
                        ? Double.NaN
                        : random.nextInt(30) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
            }
            for (int i = 0; i < n; ) {
                int end = Math.min(n, i + 1 + random.nextInt(40));
                chunks.add(new int[] {i, end});
                i = end;
            }
            int rolled = random.nextInt(chunks.size() + 1);
            List<RollupRow> level = new ArrayList<>();
            for (int[] chunk : chunks.subList(0, rolled)) {
                level.addAll(RollupRow.finest(block(chunk), finest));
            }
            rows.put(finest, level);
            long seq = rolled == 0 ? 0 : chunks.get(rolled - 1)[1];
            for (int number = finest; seq > 0; number++) {
                List<RollupRow> next = new ArrayList<>();
                List<RollupRow> some = rows.get(number);
                int merged = 0;
                while (number < 3 && merged < some.size() && random.nextInt(8) > 0) {
                    int end = Math.min(some.size(), merged + 1 + random.nextInt(6));
                    List<RollupRow> group = some.subList(merged, end);
                    next.add(RollupRow.merge(
                            group,
                            group.get(0).firstSeq(),
                            group.get(group.size() - 1).lastSeq(),
                            group.stream().mapToLong(RollupRow::ts).min().orElseThrow(),
                            group.stream().mapToLong(RollupRow::te).max().orElseThrow()));
                    merged = end;
                }
                levels.put(number, level(some, seq, merged));
                if (next.isEmpty()) {
                    break;
                }
                rows.put(number + 1, next);
                seq = next.get(next.size() - 1).lastSeq();
            }
            epoch = new RolledEpoch(
                    1,
                    Arrays.stream(stamps).min().orElseThrow(),
                    Arrays.stream(stamps).max().orElseThrow(),
                    finest,
                    true,
                    levels);
        }

        private static RolledEpoch.Level level(List<RollupRow> rows, long seq, int merged) {
            return new RolledEpoch.Level(
                    seq,
                    rows.stream().mapToLong(row -> row.te() - row.ts()).max().orElse(0),
                    rows.stream().skip(merged).mapToLong(RollupRow::ts).min().orElse(Long.MAX_VALUE));
        }

        private SampleBlock block(int[] chunk) {
            return new SampleBlock(
                    "s",
                    1,
                    chunk[0] + 1,
                    TimeBasis.LSL,
                    Arrays.copyOfRange(stamps, chunk[0], chunk[1]),
                    null,
                    List.of(new DoubleColumn(Arrays.copyOfRange(values, chunk[0], chunk[1]))));
        }

        void check(Random random) {
            long length = epoch.to() - epoch.from() + 1;
            long from = epoch.from() - length / 4 + (long) (random.nextDouble() * length);
            long to = from + 1 + (long) (random.nextDouble() * 1.5 * length);
            PlotGrid grid = PlotGrid.of(from, to, 1 + random.nextInt(30), List.of(epoch.finest()));
            List<Span> left = new ArrayList<>();
            List<Span> doubtful = new ArrayList<>();
            List<Span> hidden = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                long begin = epoch.from() + (long) (random.nextDouble() * length);
                long doubt = 1 + (long) (random.nextDouble() * length / 20);
                Span clip = new Span(begin, begin + 1 + (long) (random.nextDouble() * length / 5));
                left.add(clip);
                doubtful.add(new Span(clip.from() - doubt, clip.to() + doubt));
                if (clip.from() + doubt < clip.to() - doubt) {
                    hidden.add(new Span(clip.from() + doubt, clip.to() - doubt));
                }
            }
            PlotCover cover = PlotCover.of(epoch, new Span(from, to), grid.level(), doubtful, hidden);

            PlotBuckets drawn = new PlotBuckets(grid.start(), grid.width(), grid.buckets());
            PlotPlan.Target target = new PlotPlan.Target(PLAIN, drawn);
            for (PlotCover.Buckets piece : cover.buckets()) {
                Span span = piece.span();
                rows.get(piece.level()).stream()
                        .filter(row -> row.ts() >= piece.notBefore() && row.ts() < span.to() && row.te() >= span.from())
                        .filter(row -> row.firstSeq() > piece.after() && row.lastSeq() <= piece.upTo())
                        .forEach(row -> target.fold(row, span));
            }
            for (PlotCover.Samples piece : cover.samples()) {
                add(drawn, 0, piece.upTo(), piece.span(), left);
            }
            add(drawn, cover.after(), Long.MAX_VALUE, new Span(from, to), left);

            PlotBuckets expected = new PlotBuckets(grid.start(), grid.width(), grid.buckets());
            add(expected, 0, Long.MAX_VALUE, new Span(from, to), left);
            same(drawn.points().list(), expected.points().list());
        }

        private void add(PlotBuckets into, long after, long upTo, Span span, List<Span> left) {
            for (int i = (int) after; i < Math.min(upTo, stamps.length); i++) {
                long at = stamps[i];
                if (at >= span.from()
                        && at < span.to()
                        && left.stream().noneMatch(clip -> at >= clip.from() && at < clip.to())) {
                    into.add(at, values[i], PLAIN);
                }
            }
        }
    }

    static void same(List<Point> drawn, List<Point> expected) {
        assertThat(drawn).hasSameSizeAs(expected);
        for (int i = 0; i < drawn.size(); i++) {
            Point point = expected.get(i);
            double most = Math.max(Math.abs(point.min()), Math.abs(point.max()));
            assertThat(drawn.get(i).mean()).isCloseTo(point.mean(), within(1e-12 * most));
            assertThat(drawn.get(i))
                    .isEqualTo(new Point(
                            point.timestamp(),
                            point.min(),
                            point.max(),
                            drawn.get(i).mean(),
                            point.n()));
        }
    }
}
