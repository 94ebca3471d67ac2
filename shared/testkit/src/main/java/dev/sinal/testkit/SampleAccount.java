package dev.sinal.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for every numbered sample: stored once with the right values, or inside a recorded gap. The invariants are I1–I4 of the reliability
 * chapter: nothing twice, nothing altered, nothing missing without a gap, order kept.
 *
 * @param stored samples found
 * @param missing numbers between the first and the last stored one that are not there
 * @param explained of those, how many lie inside a recorded gap
 * @param twice samples that are there more than once, each a fault
 * @param faults what is wrong, for people; empty = the account balances
 */
public record SampleAccount(long stored, long missing, long explained, long twice, List<String> faults) {
    private static final long NO_GAP = -1;
    private static final int TOLD_FAULTS = 20;

    /** @param epoch of the row @param timestamp UTC ns @param index channel 0 @param hash channel 1 */
    public record Row(long epoch, long seq, long timestamp, long index, double hash) {}

    /** @param to null while open @param estimated samples; null = unknown */
    public record Gap(
            long from, @Nullable Long to, @Nullable Long estimated, String cause) {}

    /**
     * @param rows in the order in which history gave them
     * @param toleranceNs how far the clocks of two epochs may disagree
     * @param toleranceSamples by how many samples the estimates of one hole may be wrong
     */
    public static SampleAccount of(List<Row> rows, List<Gap> gaps, long toleranceNs, long toleranceSamples) {
        List<String> faults = new ArrayList<>();
        checkOrder(rows, faults);
        List<Row> byIndex = new ArrayList<>(rows);
        byIndex.sort(Comparator.comparingLong(Row::index));
        long missing = 0;
        long explained = 0;
        long twice = 0;
        for (int i = 0; i < byIndex.size(); i++) {
            Row row = byIndex.get(i);
            if (row.hash() != NumberedOutlet.hash(row.index())) {
                faults.add("sample " + row.index() + " was altered");
            }
            if (i == 0) {
                continue;
            }
            Row before = byIndex.get(i - 1);
            long hole = row.index() - before.index() - 1;
            if (hole < 0) {
                twice++;
                faults.add("sample " + row.index() + " is stored twice: " + before + " and " + row);
            } else if (hole > 0) {
                missing += hole;
                long estimated = estimate(gaps, before.timestamp() - toleranceNs, row.timestamp() + toleranceNs);
                if (estimated != NO_GAP && Math.abs(estimated - hole) <= toleranceSamples) {
                    explained += hole;
                } else {
                    faults.add("samples " + (before.index() + 1) + " to " + (row.index() - 1) + " are missing (" + hole
                            + "), "
                            + (estimated == NO_GAP
                                    ? "no gap is recorded there"
                                    : "recorded gaps there say " + estimated));
                }
            }
        }
        return new SampleAccount(rows.size(), missing, explained, twice, shortened(faults));
    }

    public boolean balances() {
        return faults.isEmpty();
    }

    /** For people, in one line. */
    public String figures() {
        return "stored=" + stored + " missing=" + missing + " in recorded gaps=" + explained
                + " twice=" + twice + " faults="
                + faults.size();
    }

    /** One broken thing may break ten thousand samples: the first few tell enough. */
    private static List<String> shortened(List<String> faults) {
        if (faults.size() <= TOLD_FAULTS) {
            return List.copyOf(faults);
        }
        List<String> told = new ArrayList<>(faults.subList(0, TOLD_FAULTS));
        told.add("and " + (faults.size() - TOLD_FAULTS) + " more");
        return List.copyOf(told);
    }

    private static void checkOrder(List<Row> rows, List<String> faults) {
        for (int i = 1; i < rows.size(); i++) {
            Row before = rows.get(i - 1);
            Row row = rows.get(i);
            if (row.timestamp() < before.timestamp()) {
                faults.add("time goes back between " + before + " and " + row);
            }
            if (row.epoch() == before.epoch() && row.seq() != before.seq() + 1) {
                faults.add("seq jumps inside an epoch between " + before + " and " + row);
            }
        }
    }

    /** Samples that the gaps inside the stretch claim, or {@link #NO_GAP}. */
    private static long estimate(List<Gap> gaps, long from, long to) {
        long sum = NO_GAP;
        for (Gap gap : gaps) {
            if (gap.from() >= from && gap.to() != null && gap.to() <= to && gap.estimated() != null) {
                sum = Math.max(sum, 0) + gap.estimated();
            }
        }
        return sum;
    }
}
