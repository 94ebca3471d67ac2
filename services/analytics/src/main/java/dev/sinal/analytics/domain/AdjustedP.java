package dev.sinal.analytics.domain;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** p values of several tests, as R's {@code p.adjust}. */
public final class AdjustedP {
    private AdjustedP() {}

    /** @param method none, bonferroni, holm or BH */
    public static double[] of(String method, double[] p) {
        int n = p.length;
        double[] adjusted = p.clone();
        List<Integer> rising = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .toList();
        switch (method) {
            case "bonferroni" -> {
                for (int i = 0; i < n; i++) {
                    adjusted[i] = Math.min(1, p[i] * n);
                }
            }
            case "holm" -> {
                double least = 0;
                for (int rank = 0; rank < n; rank++) {
                    int i = rising.get(rank);
                    least = Math.max(least, Math.min(1, p[i] * (n - rank)));
                    adjusted[i] = least;
                }
            }
            case "BH" -> {
                double most = 1;
                for (int rank = n - 1; rank >= 0; rank--) {
                    int i = rising.get(rank);
                    most = Math.min(most, p[i] * n / (rank + 1));
                    adjusted[i] = most;
                }
            }
            default -> {
                if (!method.equals("none")) {
                    throw new IllegalArgumentException("adjust must be none, bonferroni, holm or BH, was " + method);
                }
            }
        }
        return adjusted;
    }
}
