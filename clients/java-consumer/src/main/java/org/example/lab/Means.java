package org.example.lab;

import dev.sinal.contracts.live.TelemetrySample;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Count and mean of each metric since the last line; samples that a jump of the numbers shows to be missing are counted. Not safe for threads. */
final class Means {
    private final Map<String, double[]> sums = new TreeMap<>();
    private final Map<String, TelemetrySample> last = new HashMap<>();
    private long samples;
    private long missed;

    void add(TelemetrySample sample) {
        TelemetrySample before = last.put(sample.stream(), sample);
        if (before != null && before.epoch() == sample.epoch()) {
            missed += sample.seq() - before.seq() - 1;
        }
        samples++;
        sample.metrics().forEach((metric, value) -> {
            if (value instanceof Number number) {
                double[] sum = sums.computeIfAbsent(metric, name -> new double[2]);
                sum[0] += number.doubleValue();
                sum[1]++;
            }
        });
    }

    /** What came since the last call, e.g. {@code samples=250 missed=0 ecg=0.013}; empty when nothing came. */
    Optional<String> takeLine() {
        if (samples == 0) {
            return Optional.empty();
        }
        StringJoiner line = new StringJoiner(" ").add("samples=" + samples).add("missed=" + missed);
        sums.forEach((metric, sum) -> line.add(metric + "=" + sum[0] / sum[1]));
        sums.clear();
        samples = 0;
        missed = 0;
        return Optional.of(line.toString());
    }
}
