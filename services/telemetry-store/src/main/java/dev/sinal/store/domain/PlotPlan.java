package dev.sinal.store.domain;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which channel of which epoch of one stream goes into which metric's buckets. */
public final class PlotPlan {
    private final StreamDescriptor newest;
    private final Map<String, PlotBuckets> metrics = new LinkedHashMap<>();
    private final TreeMap<Long, Map<Integer, Target>> byEpoch = new TreeMap<>();

    /** Where the values of a channel go. */
    public record Target(ChannelDescriptor channel, PlotBuckets buckets) {
        /** The buckets of a row that begin in the span; each is inside one bucket of the plot. */
        public void fold(RollupRow row, Span span) {
            for (int i = 0; i < row.size(); i++) {
                long start = row.start(i);
                int bucket = start >= span.from() && start < span.to() ? buckets.bucket(start) : -1;
                if (bucket >= 0) {
                    buckets.fold(bucket, row.mins()[i], row.maxs()[i], row.sums()[i], row.counts()[i], channel);
                }
            }
        }
    }

    /**
     * @param epochs of one stream, newest first
     * @param wanted names or {@code stream/metric}; empty = all
     * @param from start of the first bucket, UTC ns
     * @param width of a bucket, ns
     */
    public PlotPlan(List<EpochDescriptor> epochs, List<String> wanted, long from, long width, int buckets) {
        newest = epochs.get(0).stream();
        for (EpochDescriptor epoch : epochs) {
            Map<Integer, Target> channels = new TreeMap<>();
            List<ChannelDescriptor> all = epoch.stream().channels();
            for (int c = 0; c < all.size(); c++) {
                if (wants(wanted, epoch.stream(), all.get(c).metric())) {
                    PlotBuckets target = metrics.computeIfAbsent(
                            all.get(c).metric(), metric -> new PlotBuckets(from, width, buckets));
                    channels.put(c, new Target(all.get(c), target));
                }
            }
            byEpoch.put(epoch.fromEpoch(), channels);
        }
    }

    /** How many metrics of these streams are wanted; 0 when none has such a name. */
    public static int wantedMetrics(List<EpochDescriptor> epochs, List<String> wanted) {
        TreeSet<String> names = new TreeSet<>();
        for (EpochDescriptor epoch : epochs) {
            for (ChannelDescriptor channel : epoch.stream().channels()) {
                if (wants(wanted, epoch.stream(), channel.metric())) {
                    names.add(epoch.stream().id() + "/" + channel.metric());
                }
            }
        }
        return names.size();
    }

    private static boolean wants(List<String> wanted, StreamDescriptor stream, String metric) {
        return wanted.isEmpty()
                || wanted.contains(metric)
                || wanted.contains(stream.name() + "/" + metric)
                || wanted.contains(stream.id() + "/" + metric);
    }

    public StreamDescriptor stream() {
        return newest;
    }

    public boolean isEmpty() {
        return metrics.isEmpty();
    }

    /** Channels that any epoch needs, ascending. */
    public List<Integer> channels() {
        TreeSet<Integer> channels = new TreeSet<>();
        byEpoch.values().forEach(targets -> channels.addAll(targets.keySet()));
        return new ArrayList<>(channels);
    }

    /** Targets of an epoch by channel; empty when none is wanted. */
    public Map<Integer, Target> targets(long epoch) {
        Map.@Nullable Entry<Long, Map<Integer, Target>> entry = byEpoch.floorEntry(epoch);
        return entry == null ? Map.of() : entry.getValue();
    }

    public Map<String, PlotBuckets> metrics() {
        return metrics;
    }

    /** Unit of a metric where it was last seen. */
    public String unit(String metric) {
        for (Map<Integer, Target> targets : byEpoch.descendingMap().values()) {
            for (Target target : targets.values()) {
                if (target.channel().metric().equals(metric)) {
                    return target.channel().unit();
                }
            }
        }
        return "";
    }
}
