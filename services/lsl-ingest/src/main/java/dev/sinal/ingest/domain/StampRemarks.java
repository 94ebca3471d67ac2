package dev.sinal.ingest.domain;

import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.SuspectStamps.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is remarkable about the stamps of a stream's connection now, for people. What is told once per connection stays until the next
 * one; what is told again while it lasts is forgotten when it has not been.
 */
public final class StampRemarks {
    /** Twice the time after which the library tells of a kind again, seconds. */
    private static final double LASTS_S = 120;

    private record Remark(String text, double at) {}

    private final Map<Kind, Remark> remarks = new EnumMap<>(Kind.class);

    /** Another connection. */
    public void clear() {
        remarks.clear();
    }

    public void add(SuspectStamps found, double lslNow) {
        remarks.put(found.kind(), new Remark(found.detail(), lslNow));
    }

    /** Empty when there is nothing to say. */
    public String text(double lslNow) {
        remarks.entrySet()
                .removeIf(each ->
                        !stays(each.getKey()) && lslNow - each.getValue().at() > LASTS_S);
        return remarks.values().stream().map(Remark::text).collect(Collectors.joining("; "));
    }

    private static boolean stays(Kind kind) {
        return kind == Kind.UNIX_TIME || kind == Kind.OTHER_CLOCK;
    }
}
