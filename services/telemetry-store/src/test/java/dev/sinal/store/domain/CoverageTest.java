package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.GapRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoverageTest {
    /** One sample. */
    private static final long STEP = 1_000_000_000L;

    @Test
    void whatNobodyCollectedStaysAsItWasTold() {
        GapRecord told = gap(1, 10, 20L, 9L, "collector_down");

        assertThat(new Coverage(List.of(span(1, 1, 0, 10), span(2, 2, 20, 30))).rest(told))
                .containsExactly(told);
    }

    @Test
    void aFormerOwnersBacklogShortensWhatItsSuccessorTold() {
        Coverage coverage = new Coverage(List.of(span(1, 1, 0, 16), span(2, 2, 20, 30)));

        assertThat(coverage.rest(gap(1, 10, 20L, 9L, "collector_down")))
                .containsExactly(gap(1, 16, 20L, 4L, "collector_down"));
    }

    @Test
    void aBacklogThatReachesTheSuccessorLeavesNothing() {
        Coverage coverage = new Coverage(List.of(span(1, 1, 0, 25), span(2, 2, 20, 30)));

        assertThat(coverage.rest(gap(1, 10, 20L, 9L, "collector_down"))).isEmpty();
    }

    @Test
    void anEpochInTheMiddleLeavesBothEnds() {
        Coverage coverage = new Coverage(List.of(span(1, 1, 0, 10), span(3, 1, 14, 16), span(2, 2, 20, 30)));

        assertThat(coverage.rest(gap(1, 10, 20L, 10L, "disconnected")))
                .containsExactly(gap(1, 10, 14L, 4L, "disconnected"), gap(1, 16, 20L, 4L, "disconnected"));
    }

    @Test
    void aHoleInsideAnEpochIsNotFilledByTheEpochItself() {
        GapRecord hole = gap(1, 10, 20L, 9L, "stamp_jump");

        assertThat(new Coverage(List.of(span(1, 1, 0, 30))).rest(hole)).containsExactly(hole);
    }

    @Test
    void aHoleThatTwoOwnersSawIsToldOnce() {
        Coverage coverage = new Coverage(List.of(span(1, 1, 0, 40), span(2, 2, 5, 60)));

        assertThat(coverage.rest(gap(1, 10, 20L, 9L, "stamp_jump"))).hasSize(1);
        assertThat(coverage.rest(gap(2, 10, 20L, 9L, "stamp_jump"))).isEmpty();
    }

    @Test
    void anOpenGapEndsWhereSomebodyElseGoesOn() {
        Coverage coverage = new Coverage(List.of(span(1, 1, 0, 10), span(2, 2, 20, 30), span(3, 3, 50, 60)));

        assertThat(coverage.rest(gap(1, 10, null, null, "disconnected")))
                .containsExactly(gap(1, 10, 20L, null, "disconnected"));
    }

    @Test
    void againstAModelThatLooksAtEveryMoment() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<EpochSpan> spans = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int e = 1; e <= count; e++) {
                int from = random.nextInt(60);
                spans.add(span(e, random.nextInt(4), from, from + random.nextInt(25)));
            }
            long from = random.nextInt(50);
            long to = from + 2 + random.nextInt(20);
            String cause = random.nextBoolean() ? "collector_down" : "stamp_jump";
            GapRecord gap = gap(1 + random.nextInt(count), from, to, 1_000_000L, cause);

            TreeSet<Long> left = new TreeSet<>();
            new Coverage(spans)
                    .rest(gap)
                    .forEach(rest -> halves(rest.from(), rest.to()).forEach(left::add));

            TreeSet<Long> expected = new TreeSet<>();
            halves(gap.from(), gap.to()).stream()
                    .filter(moment -> !covered(spans, gap, moment))
                    .forEach(expected::add);
            assertThat(left).as("round %d: %s of %s", round, gap, spans).isEqualTo(expected);
        }
    }

    /** Moments between the samples, so that it does not matter whose the ends are. */
    private static List<Long> halves(long from, @Nullable Long to) {
        List<Long> moments = new ArrayList<>();
        for (long at = from + STEP / 2; to != null && at < to; at += STEP) {
            moments.add(at);
        }
        return moments;
    }

    private static boolean covered(List<EpochSpan> spans, GapRecord gap, long moment) {
        for (EpochSpan span : spans) {
            boolean there = span.from() <= moment && moment <= span.to();
            boolean lower =
                    spans.stream().anyMatch(o -> o.fence() < span.fence() && o.from() <= moment && moment <= o.to());
            boolean own = span.epoch() == gap.epoch();
            boolean shown = there && !lower;
            if ((own && there && lower) || (shown && (!own || gap.cause().equals("collector_down")))) {
                return true;
            }
        }
        return false;
    }

    private static EpochSpan span(long epoch, long fence, long from, long to) {
        return new EpochSpan("s", epoch, fence, from * STEP, to * STEP, "", 1);
    }

    private static GapRecord gap(long epoch, long from, @Nullable Long to, @Nullable Long estimated, String cause) {
        return new GapRecord(
                "s", null, null, epoch, from * STEP, to == null ? null : to * STEP, estimated, cause, null);
    }
}
