package dev.sinal.store.domain;

import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import dev.sinal.contracts.read.ReadQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which channels of which epochs a read brings. Names are told apart by the descriptor of each epoch, as its reader does. */
public final class WantedColumns {
    private WantedColumns() {}

    /**
     * Of some epochs of a stream.
     *
     * @param toEpoch exclusive
     * @param channels rising; none = nothing of them is wanted
     */
    public record Range(String stream, long fromEpoch, long toEpoch, List<Integer> channels) {}

    /** @param descriptors see {@link EpochDescriptor}, in any order @return epochs of which not all is wanted */
    public static List<Range> of(ReadQuery query, List<EpochDescriptor> descriptors) {
        Map<String, List<EpochDescriptor>> streams = new HashMap<>();
        for (EpochDescriptor described : descriptors) {
            streams.computeIfAbsent(described.stream().id(), id -> new ArrayList<>())
                    .add(described);
        }
        List<Range> ranges = new ArrayList<>();
        for (List<EpochDescriptor> epochs : streams.values()) {
            epochs.sort(Comparator.comparingLong(EpochDescriptor::fromEpoch));
            for (int i = 0; i < epochs.size(); i++) {
                EpochDescriptor described = epochs.get(i);
                int[] channels = query.columnsOf(described.stream());
                if (channels != null
                        && channels.length < described.stream().channels().size()) {
                    ranges.add(new Range(
                            described.stream().id(),
                            i == 0 ? Long.MIN_VALUE : described.fromEpoch(),
                            i == epochs.size() - 1
                                    ? Long.MAX_VALUE
                                    : epochs.get(i + 1).fromEpoch(),
                            Arrays.stream(channels).boxed().toList()));
                }
            }
        }
        return ranges;
    }
}
