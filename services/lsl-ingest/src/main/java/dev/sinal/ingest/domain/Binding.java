package dev.sinal.ingest.domain;

import dev.sinal.lsl.StreamInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the visible streams a query takes. Never chooses silently: with {@code one}, two candidates are nobody's; two live outlets of one
 * identity are never merged.
 *
 * @param take to be collected from now on
 * @param ambiguous candidates between which somebody else must choose, for people to read
 */
public record Binding(List<StreamInfo> take, List<String> ambiguous) {
    public Binding {
        take = List.copyOf(take);
        ambiguous = List.copyOf(ambiguous);
    }

    /**
     * @param all the spec says {@code match: all}
     * @param visible what answers the query now, oldest first
     * @param bound what this query collects already
     */
    public static Binding choose(boolean all, Collection<StreamInfo> visible, Collection<StreamInfo> bound) {
        if (!all && !bound.isEmpty()) {
            return new Binding(List.of(), List.of());
        }
        List<List<StreamInfo>> identities = identities(visible);
        identities.removeIf(same -> bound.stream().anyMatch(same.get(0)::sameIdentity));
        if (!all) {
            boolean clear = identities.size() == 1 && identities.get(0).size() == 1;
            return clear ? new Binding(identities.get(0), List.of()) : new Binding(List.of(), candidates(identities));
        }
        List<StreamInfo> take = new ArrayList<>();
        List<List<StreamInfo>> twins = new ArrayList<>();
        for (List<StreamInfo> same : identities) {
            if (same.size() == 1) {
                take.add(same.get(0));
            } else {
                twins.add(same);
            }
        }
        return new Binding(take, candidates(twins));
    }

    private static List<List<StreamInfo>> identities(Collection<StreamInfo> visible) {
        Map<String, StreamInfo> byUid = new LinkedHashMap<>();
        visible.forEach(info -> byUid.putIfAbsent(info.uid(), info));
        List<List<StreamInfo>> identities = new ArrayList<>();
        for (StreamInfo info : byUid.values()) {
            identities.stream()
                    .filter(same -> same.get(0).sameIdentity(info))
                    .findFirst()
                    .orElseGet(() -> {
                        List<StreamInfo> fresh = new ArrayList<>();
                        identities.add(fresh);
                        return fresh;
                    })
                    .add(info);
        }
        return identities;
    }

    private static List<String> candidates(List<List<StreamInfo>> identities) {
        return identities.stream()
                .flatMap(List::stream)
                .map(info -> info.name() + " (" + info.sourceId() + ") @" + info.hostname())
                .limit(32)
                .toList();
    }
}
