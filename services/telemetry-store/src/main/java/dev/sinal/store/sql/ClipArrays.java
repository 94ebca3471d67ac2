package dev.sinal.store.sql;

import dev.sinal.contracts.read.EpochClip;
import dev.sinal.store.domain.Span;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The clips of one stream as parameters of a statement about {@code telemetry t}: which chunks are left out whole, and which may be in part and must be
 * decoded to know.
 */
final class ClipArrays {
    private final List<EpochClip> clips;

    /** @param clips of one stream */
    ClipArrays(List<EpochClip> clips) {
        this.clips = clips;
    }

    static ClipArrays of(String stream, List<EpochClip> clips) {
        return new ClipArrays(
                clips.stream().filter(clip -> clip.stream().equals(stream)).toList());
    }

    boolean isEmpty() {
        return clips.isEmpty();
    }

    /** For statements that know of clips only where there are any. */
    Tuple addIfAny(Tuple tuple) {
        return isEmpty() ? tuple : addTo(tuple);
    }

    Tuple addTo(Tuple tuple) {
        return tuple.addArrayOfLong(longs(EpochClip::epoch))
                .addArrayOfLong(longs(clip -> clip.from() + doubt(clip)))
                .addArrayOfLong(longs(clip -> clip.to() - doubt(clip)))
                .addArrayOfLong(longs(clip -> clip.from() - doubt(clip) - clip.toleranceNs()))
                .addArrayOfLong(longs(clip -> clip.to() + doubt(clip) + clip.toleranceNs()));
    }

    /** Where rows of an epoch are left out for certain. */
    List<Span> hidden(long epoch) {
        return spans(epoch, clip -> clip.from() + doubt(clip), clip -> clip.to() - doubt(clip));
    }

    /** Where rows of an epoch may be left out. */
    List<Span> doubtful(long epoch) {
        return spans(
                epoch,
                clip -> clip.from() - doubt(clip) - clip.toleranceNs(),
                clip -> clip.to() + doubt(clip) + clip.toleranceNs());
    }

    private List<Span> spans(long epoch, ToLongFunction<EpochClip> from, ToLongFunction<EpochClip> to) {
        return clips.stream()
                .filter(clip -> clip.epoch() == epoch && from.applyAsLong(clip) <= to.applyAsLong(clip))
                .map(clip -> new Span(from.applyAsLong(clip), to.applyAsLong(clip) + 1))
                .toList();
    }

    /** Raw stamps decide, and a chunk's row does not know them: two clocks may disagree on its UTC. */
    private static long doubt(EpochClip clip) {
        return clip.fromRaw() == null ? 0 : OverlapTable.CLOCKS_NS;
    }

    private Long[] longs(ToLongFunction<EpochClip> field) {
        return clips.stream().mapToLong(field).boxed().toArray(Long[]::new);
    }

    /** Chunks of which every row is left out. @param first parameter that {@link #addTo} added */
    static String whole(int first) {
        return exists(first, "t.ts >= k.inner_from AND t.te <= k.inner_to");
    }

    /** Chunks of which rows may be left out. */
    static String touched(int first) {
        return exists(first, "t.te >= k.outer_from AND t.ts <= k.outer_to");
    }

    private static String exists(int first, String condition) {
        return "EXISTS (SELECT FROM unnest($%d::bigint[], $%d::bigint[], $%d::bigint[], $%d::bigint[], $%d::bigint[])"
                        .formatted(first, first + 1, first + 2, first + 3, first + 4)
                + " AS k (epoch, inner_from, inner_to, outer_from, outer_to) WHERE k.epoch = t.epoch AND " + condition
                + ")";
    }
}
