package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackPlanTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    /** 12:30 of some day. */
    private static final long NOW = 20_000 * DAY + 12 * HOUR + 30 * MINUTE;

    private static final PackPlan.Rules RULES = new PackPlan.Rules(NOW, 10 * MINUTE, 2 * HOUR, false);
    private static final PackPlan.Rules ENDED = new PackPlan.Rules(NOW, 10 * MINUTE, 2 * HOUR, true);
    private static final PackPlan.Rules AT_ONCE = PackPlan.Rules.atOnce(NOW);

    private long seq = 1;
    private long tx = 100;

    private HotRow row(int n, long ts, long te) {
        HotRow row = new HotRow(seq, seq, n, ts, te, tx++, (int) (ts / HOUR), 2, 1_000);
        seq += n;
        return row;
    }

    /** Rows of 250 samples, 250 ms each, that begin so long ago. */
    private List<HotRow> rows(int count, long ago) {
        List<HotRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long ts = NOW - ago + i * SECOND / 4;
            rows.add(row(250, ts, ts + SECOND / 4 - 1));
        }
        return rows;
    }

    private static List<Integer> sizes(PackPlan plan) {
        return plan.groups().stream().map(List::size).toList();
    }

    @Test
    void tenThousandSettledSamplesAreAChunk() {
        List<HotRow> rows = rows(90, 11 * MINUTE);

        PackPlan plan = PackPlan.of(rows, false, RULES);

        assertThat(sizes(plan)).containsExactly(40, 40);
        assertThat(plan.groups().get(1)).isEqualTo(rows.subList(40, 80));
        assertThat(plan.later()).isBetween(5 * SECOND, 15 * MINUTE);
    }

    @Test
    void youngSamplesWait() {
        PackPlan plan = PackPlan.of(rows(90, 9 * MINUTE), false, RULES);

        assertThat(plan.groups()).isEmpty();
        // the first chunk spans ten seconds and is settled a minute and ten seconds from now
        assertThat(plan.later()).isBetween(69 * SECOND, 71 * SECOND);
    }

    @Test
    void fewSamplesWaitForMoreUntilTheyAreOldByArrivalOrTheEpochEnds() {
        assertThat(PackPlan.of(rows(10, HOUR), false, RULES).groups()).isEmpty();
        assertThat(sizes(PackPlan.of(rows(10, HOUR), false, ENDED))).containsExactly(10);
        assertThat(sizes(PackPlan.of(rows(10, 4 * HOUR), false, RULES))).containsExactly(10);
        assertThat(PackPlan.of(rows(10, MINUTE), false, ENDED).groups()).isEmpty();
        assertThat(sizes(PackPlan.of(rows(10, MINUTE), false, AT_ONCE))).containsExactly(10);
    }

    @Test
    void samplesOfTheFutureAreSettledByTheirArrival() {
        int now = (int) (NOW / HOUR);
        HotRow arrivedLongAgo = new HotRow(1, 1, 10, NOW + DAY, NOW + DAY, 5, now - 3, 2, 100);
        HotRow arrivedNow = new HotRow(1, 1, 10, NOW + DAY, NOW + DAY, 5, now, 2, 100);

        assertThat(sizes(PackPlan.of(List.of(arrivedLongAgo), false, RULES))).containsExactly(1);
        assertThat(PackPlan.of(List.of(arrivedNow), false, ENDED).groups()).isEmpty();
    }

    @Test
    void aHoleAnEarlierTransactionAndOtherChannelsBeginAnotherChunk() {
        List<HotRow> rows = new ArrayList<>(rows(4, 5 * HOUR));
        seq += 250;
        rows.addAll(rows(3, 4 * HOUR));
        tx = 50;
        rows.addAll(rows(2, 3 * HOUR + 30 * MINUTE));
        HotRow last = rows.get(8);
        rows.add(new HotRow(99, last.lastSeq() + 1, 1, last.te(), last.te(), last.tx(), last.slot(), 3, 10));

        assertThat(sizes(PackPlan.of(rows, false, AT_ONCE))).containsExactly(4, 3, 2, 1);
    }

    @Test
    void aChunkKeepsWithinADayAndAnHourAndItsValues() {
        List<HotRow> rows = new ArrayList<>();
        long midnight = 20_000 * DAY;
        for (int i = 0; i < 10; i++) {
            long ts = midnight - 5 * MINUTE + i * MINUTE;
            rows.add(row(1, ts, ts));
        }
        for (int i = 0; i < 10; i++) {
            long ts = midnight + 10 * MINUTE + i * 20 * MINUTE;
            rows.add(row(1, ts, ts));
        }
        rows.add(new HotRow(0, seq, 3_000, rows.get(19).te(), rows.get(19).te(), tx, 0, 1_000, 10));
        rows.add(new HotRow(
                0, seq + 3_000, 3_000, rows.get(19).te(), rows.get(19).te(), tx, 0, 1_000, 10));

        PackPlan plan = PackPlan.of(rows, false, AT_ONCE);

        assertThat(sizes(plan)).containsExactly(5, 8, 4, 3, 1, 1);
    }

    @Test
    void whatIsNotAllSeenIsPackedOnlyIfItCannotGrow() {
        List<HotRow> rows = rows(50, HOUR);

        PackPlan plan = PackPlan.of(rows, true, ENDED);

        assertThat(sizes(plan)).containsExactly(40);
        assertThat(plan.later()).isZero();
    }

    @Test
    void groupsAreAPrefixWithoutHoleOrRepetitionWhateverTheRows() {
        Random random = new Random(20261123);
        for (int round = 0; round < 300; round++) {
            seq = 1;
            tx = 100;
            List<HotRow> rows = new ArrayList<>();
            long ts = NOW - (long) (random.nextDouble() * 2 * DAY);
            for (int i = random.nextInt(200); i >= 0; i--) {
                if (random.nextInt(20) == 0) {
                    seq += random.nextInt(100);
                    tx -= random.nextInt(10);
                }
                ts += (long) (random.nextGaussian() * 5 * MINUTE) + MINUTE;
                rows.add(row(1 + random.nextInt(3_000), ts, ts + random.nextInt(1 << 30)));
            }
            PackPlan plan = PackPlan.of(rows, random.nextBoolean(), random.nextBoolean() ? RULES : ENDED);

            List<HotRow> packed = plan.groups().stream().flatMap(List::stream).toList();
            assertThat(packed).isEqualTo(rows.subList(0, packed.size()));
            for (List<HotRow> group : plan.groups()) {
                assertThat(group).isNotEmpty();
                for (int i = 1; i < group.size(); i++) {
                    assertThat(group.get(i).firstSeq())
                            .isEqualTo(group.get(i - 1).lastSeq() + 1);
                    assertThat(group.get(i).tx())
                            .isGreaterThanOrEqualTo(group.get(i - 1).tx());
                }
                long from = group.stream().mapToLong(HotRow::ts).min().orElseThrow();
                long to = group.stream().mapToLong(HotRow::te).max().orElseThrow();
                assertThat(ChunkRow.fits(from, to)).isTrue();
            }
        }
    }
}
