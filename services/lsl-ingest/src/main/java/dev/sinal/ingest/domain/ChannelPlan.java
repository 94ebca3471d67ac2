package dev.sinal.ingest.domain;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChannelSpec;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.lsl.ChannelInfo;
import dev.sinal.lsl.StreamInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which channels of a stream are collected and what they are called. Values are stored as they come; scale and offset are only described.
 *
 * @param columns index of each collected channel in the stream
 * @param steps ADC step of each collected channel, 0 when not declared
 * @param missing labels that the spec asks for and the stream does not have
 */
public record ChannelPlan(int[] columns, List<ChannelDescriptor> channels, double[] steps, List<String> missing) {
    public ChannelPlan {
        channels = List.copyOf(channels);
        missing = List.copyOf(missing);
    }

    /** @param full the stream with its metadata */
    public static ChannelPlan of(StreamInfo full, StreamSpec spec) {
        List<String> metrics = metricNames(full.channels());
        return spec.channels().isEmpty() ? everything(full, metrics) : selected(full, metrics, spec.channels());
    }

    /** {@code label}, or {@code ch1} … when there is none; a duplicate gets {@code _2}. */
    static List<String> metricNames(List<ChannelInfo> channels) {
        Set<String> used = new HashSet<>();
        List<String> names = new ArrayList<>(channels.size());
        for (int c = 0; c < channels.size(); c++) {
            String label = channels.get(c).label().strip();
            names.add(unique(label.isEmpty() ? "ch" + (c + 1) : label, used));
        }
        return names;
    }

    static String unique(String wanted, Set<String> used) {
        String name = wanted;
        for (int n = 2; !used.add(name); n++) {
            name = wanted + "_" + n;
        }
        return name;
    }

    private static ChannelPlan everything(StreamInfo full, List<String> metrics) {
        int count = full.channelCount();
        int[] columns = new int[count];
        List<ChannelDescriptor> channels = new ArrayList<>(count);
        for (int c = 0; c < count; c++) {
            columns[c] = c;
            ChannelInfo info = full.channels().get(c);
            channels.add(describe(info, metrics.get(c), null));
        }
        return new ChannelPlan(columns, channels, new double[count], List.of());
    }

    private static ChannelPlan selected(StreamInfo full, List<String> metrics, List<ChannelSpec> wanted) {
        List<ChannelInfo> infos = full.channels();
        List<Integer> columns = new ArrayList<>();
        List<ChannelDescriptor> channels = new ArrayList<>();
        List<Double> steps = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (ChannelSpec spec : wanted) {
            int c = metrics.indexOf(spec.label());
            if (c < 0 && spec.label().matches("ch[1-9][0-9]{0,4}")) {
                c = Integer.parseInt(spec.label().substring(2)) - 1;
            }
            if (c < 0 || c >= infos.size()) {
                missing.add(spec.label());
                continue;
            }
            String metric = unique(spec.as() == null ? metrics.get(c) : spec.as(), used);
            columns.add(c);
            channels.add(describe(infos.get(c), metric, spec));
            steps.add(spec.step() == null ? 0.0 : spec.step());
        }
        return new ChannelPlan(
                columns.stream().mapToInt(Integer::intValue).toArray(),
                channels,
                steps.stream().mapToDouble(Double::doubleValue).toArray(),
                missing);
    }

    private static ChannelDescriptor describe(ChannelInfo info, String metric, @Nullable ChannelSpec spec) {
        String unit = info.unit().strip();
        String source = unit.isEmpty() ? "unknown" : "stream";
        if (spec != null && spec.unit() != null) {
            unit = spec.unit();
            source = "spec";
        }
        return new ChannelDescriptor(
                info.label(),
                metric,
                unit,
                source,
                info.type(),
                spec == null ? null : spec.scale(),
                spec == null ? null : spec.offset());
    }
}
