package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which of the outlets that answer is the one an inlet is looking for. Its own uid comes first; else it must be the only one. Outlets
 * that answer queries but serve nothing (zombies) do not count once that has been seen often enough. Confined to one context.
 */
final class Candidates {
    private static final int DISTRUST = 2;
    private static final int REMEMBERED = 256;

    /** Attempts in a row that came to nothing, by uid. */
    private final Map<String, Integer> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * @param chosen the outlet to take, if there is exactly one
     * @param several otherwise those we cannot tell apart, at least two or none
     * @param all everybody with the right identity, zombies too
     */
    record Verdict(@Nullable StreamInfo chosen, List<StreamInfo> several, List<StreamInfo> all) {}

    Verdict judge(List<StreamInfo> answering, StreamInfo target) {
        List<StreamInfo> all =
                answering.stream().filter(each -> fits(each, target)).toList();
        StreamInfo ours = all.stream()
                .filter(each -> each.uid().equals(target.uid()))
                .findFirst()
                .orElse(null);
        if (ours != null && isTrusted(ours)) {
            return new Verdict(ours, List.of(), all);
        }
        List<StreamInfo> serving = all.stream()
                .filter(this::isTrusted)
                .filter(each -> ours == null || mayFollow(ours, each))
                .toList();
        if (serving.size() == 1) {
            return new Verdict(serving.get(0), List.of(), all);
        }
        if (serving.isEmpty()) {
            StreamInfo only = ours != null ? ours : all.size() == 1 ? all.get(0) : null;
            return new Verdict(only, only == null ? all : List.of(), all);
        }
        return new Verdict(null, serving, all);
    }

    /** The stream as the user knows it may lack the host name that tells streams without source id apart. */
    private static boolean fits(StreamInfo each, StreamInfo target) {
        boolean anyHost = target.sourceId().isEmpty() && target.hostname().isEmpty();
        return anyHost
                ? each.sourceId().isEmpty()
                        && each.name().equals(target.name())
                        && each.type().equals(target.type())
                        && each.channelCount() == target.channelCount()
                        && each.format() == target.format()
                : each.sameIdentity(target);
    }

    /** A device that was restarted is younger than its zombie; a second device on the same machine need not be. */
    private static boolean mayFollow(StreamInfo zombie, StreamInfo other) {
        return !zombie.hostname().equals(other.hostname()) || other.createdAt() > zombie.createdAt();
    }

    private boolean isTrusted(StreamInfo each) {
        return Objects.requireNonNullElse(failures.get(each.uid()), 0) < DISTRUST;
    }

    void worked(String uid) {
        failures.remove(uid);
    }

    void failed(String uid) {
        failures.merge(uid, 1, Integer::sum);
    }

    /** It answers queries, but serves nothing. */
    void distrust(String uid) {
        failures.put(uid, DISTRUST);
    }
}
