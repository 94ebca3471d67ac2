package dev.sinal.store.domain;

import java.util.ArrayList;
import java.util.List;

/** A stretch of time. @param from UTC ns @param to UTC ns, exclusive, after from */
public record Span(long from, long to) {
    public Span {
        if (to <= from) {
            throw new IllegalArgumentException("a span ends after it begins");
        }
    }

    /** What is left of the spans. @param spans disjoint @param holes in any order */
    static List<Span> minus(List<Span> spans, List<Span> holes) {
        List<Span> left = spans;
        for (Span hole : holes) {
            List<Span> next = new ArrayList<>();
            for (Span span : left) {
                add(next, span.from, Math.min(span.to, hole.from));
                add(next, Math.max(span.from, hole.to), span.to);
            }
            left = next;
        }
        return left;
    }

    /** The whole buckets inside each span. */
    static List<Span> aligned(List<Span> spans, int level) {
        long width = RollupLevels.width(level);
        List<Span> whole = new ArrayList<>();
        for (Span span : spans) {
            add(whole, -Math.floorDiv(-span.from, width) * width, Math.floorDiv(span.to, width) * width);
        }
        return whole;
    }

    /** The parts of the spans that are not before {@code from} and before {@code to}. */
    static List<Span> within(List<Span> spans, long from, long to) {
        List<Span> parts = new ArrayList<>();
        for (Span span : spans) {
            add(parts, Math.max(span.from, from), Math.min(span.to, to));
        }
        return parts;
    }

    private static void add(List<Span> spans, long from, long to) {
        if (from < to) {
            spans.add(new Span(from, to));
        }
    }
}
