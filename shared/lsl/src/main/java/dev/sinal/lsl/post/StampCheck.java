package dev.sinal.lsl.post;

import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.SuspectStamps.Kind;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Looks at the raw stamps of one stream for what cannot be right. Costs a comparison or two per sample; allocates only when it finds
 * something, and tells of each kind at most once a minute. Counters may be read from any thread, all else is for one.
 */
public final class StampCheck {
    /** 100 years, seconds. */
    public static final double CENTURY_S = 3_155_760_000.0;

    private static final double TELL_S = 60;
    private static final double LEAST_BACK_S = 0.001;

    /** Of one kind. */
    private static final class Finding {
        final LongAdder ever = new LongAdder();
        long here;
        double worst;
        double size;
        double toldAt = Double.NEGATIVE_INFINITY;
        boolean news;

        void add(long samples, double stamp, double howBad, boolean worthTelling) {
            ever.add(samples);
            here += samples;
            if (worthTelling && (!news || howBad > size)) {
                news = true;
                worst = stamp;
                size = howBad;
            }
        }
    }

    private final Consumer<SuspectStamps> found;
    private final Map<Kind, Finding> findings = new EnumMap<>(Kind.class);
    private double backBeyond = LEAST_BACK_S;
    private double last = Double.NEGATIVE_INFINITY;
    private double firstFinite = Double.NaN;
    private double firstAt;
    private double firstUnix;
    private StampBasis basis = StampBasis.UNKNOWN;
    private long unjudged;
    private double lastUnix;

    /** @param found called within {@link #samples} and {@link #correction} */
    public StampCheck(Consumer<SuspectStamps> found) {
        this.found = found;
        for (Kind kind : Kind.values()) {
            findings.put(kind, new Finding());
        }
    }

    /** A connection was opened: its stamps have nothing to do with those before. @param rateHz nominal rate, 0 = irregular */
    public void opened(double rateHz) {
        backBeyond = rateHz > 0 ? Math.max(LEAST_BACK_S, 0.5 / rateHz) : LEAST_BACK_S;
        last = Double.NEGATIVE_INFINITY;
        firstFinite = Double.NaN;
        basis = StampBasis.UNKNOWN;
        unjudged = 0;
        for (Finding each : findings.values()) {
            each.here = 0;
            each.news = false;
            each.toldAt = Double.NEGATIVE_INFINITY;
        }
    }

    /**
     * The next samples.
     *
     * @param count how many of the stamps are theirs
     * @param correction NaN = not known
     * @param lslNow local LSL clock, seconds
     * @param unixNow wall clock, seconds since 1970
     */
    public void samples(double[] stamps, int count, double correction, double lslNow, double unixNow) {
        double before = last;
        for (int i = 0; i < count; i++) {
            double stamp = stamps[i];
            if (!(stamp > 0 && stamp <= CENTURY_S)) {
                if (!absurd(stamp)) {
                    continue;
                }
            }
            if (stamp < before) {
                finding(Kind.BACKWARDS).add(1, stamp, before - stamp, before - stamp > backBeyond);
            }
            before = stamp;
        }
        last = before;
        lastUnix = unixNow;
        unjudged += count;
        if (basis == StampBasis.UNKNOWN) {
            if (Double.isNaN(firstFinite)) {
                remember(stamps, count, lslNow, unixNow);
            }
            judge(correction);
        }
        tell(lslNow);
    }

    private void remember(double[] stamps, int count, double lslNow, double unixNow) {
        for (int i = 0; i < count; i++) {
            if (Math.abs(stamps[i]) <= CENTURY_S) {
                firstFinite = stamps[i];
                firstAt = lslNow;
                firstUnix = unixNow;
                return;
            }
        }
    }

    /** A wave of probes has ended. @param correction NaN = still not known: what the stamps are is then told without it */
    public void correction(double correction, double lslNow) {
        if (basis == StampBasis.UNKNOWN) {
            judge(correction);
            if (basis == StampBasis.UNKNOWN
                    && StampBasis.of(firstFinite, Double.NaN, firstAt, firstUnix) == StampBasis.UNIX) {
                basis = StampBasis.UNIX;
            }
        }
        tell(lslNow);
    }

    /** The clock was reset: what the stamps are is judged anew, by the next of them. */
    public void reset() {
        basis = StampBasis.UNKNOWN;
        firstFinite = Double.NaN;
        unjudged = 0;
    }

    private void judge(double correction) {
        if (!Double.isNaN(correction) && !Double.isNaN(firstFinite)) {
            basis = StampBasis.of(firstFinite, correction, firstAt, firstUnix);
        }
    }

    /** What the stamps count; {@link StampBasis#UNKNOWN} until a wave of probes has ended and stamps have come. */
    public StampBasis basis() {
        return basis;
    }

    /** Samples of that kind so far, of all connections. */
    public long count(Kind kind) {
        return finding(kind).ever.sum();
    }

    /** @return whether it is a number all the same */
    private boolean absurd(double stamp) {
        if (!(Math.abs(stamp) < Double.POSITIVE_INFINITY)) {
            finding(Kind.NOT_FINITE).add(1, stamp, 1, true);
            return false;
        }
        if (stamp <= 0 && stamp >= -CENTURY_S) {
            finding(Kind.NOT_POSITIVE).add(1, stamp, -stamp, true);
        } else {
            finding(Kind.ABSURD).add(1, stamp, Math.abs(stamp), true);
        }
        return true;
    }

    private void tell(double lslNow) {
        if (basis != StampBasis.UNKNOWN) {
            if (basis != StampBasis.LSL && unjudged > 0) {
                Finding clock = finding(basis == StampBasis.UNIX ? Kind.UNIX_TIME : Kind.OTHER_CLOCK);
                clock.add(unjudged, firstFinite, 0, clock.here == 0);
            }
            unjudged = 0;
        }
        for (Map.Entry<Kind, Finding> each : findings.entrySet()) {
            Finding finding = each.getValue();
            if (finding.news && lslNow - finding.toldAt >= TELL_S) {
                finding.news = false;
                finding.toldAt = lslNow;
                found.accept(
                        new SuspectStamps(each.getKey(), finding.here, finding.worst, detail(each.getKey(), finding)));
            }
        }
    }

    private String detail(Kind kind, Finding finding) {
        return switch (kind) {
            case NOT_FINITE -> "stamps that are no number";
            case NOT_POSITIVE -> "stamps of zero or below";
            case ABSURD -> "stamps of more than 100 years" + unit(finding.worst);
            case UNIX_TIME -> "stamps are Unix time, not the LSL clock: corrections do not apply to them";
            case OTHER_CLOCK -> "stamps are more than a day away from the sender's LSL clock";
            case BACKWARDS -> String.format(Locale.ROOT, "stamps go back, by up to %.3f s", finding.size);
        };
    }

    private String unit(double stamp) {
        if (Math.abs(stamp / 1e3 - lastUnix) < StampBasis.NEAR_S) {
            return ": Unix time in milliseconds";
        }
        if (Math.abs(stamp / 1e6 - lastUnix) < StampBasis.NEAR_S) {
            return ": Unix time in microseconds";
        }
        return Math.abs(stamp / 1e9 - lastUnix) < StampBasis.NEAR_S ? ": Unix time in nanoseconds" : "";
    }

    private Finding finding(Kind kind) {
        Finding known = findings.get(kind);
        if (known == null) {
            throw new IllegalStateException("no finding of " + kind);
        }
        return known;
    }
}
