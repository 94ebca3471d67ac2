package dev.sinal.lsl;

/** A peer sent bytes that break the protocol or one of our limits. */
public final class LslProtocolException extends LslException {
    private static final long serialVersionUID = 1L;

    /** {@link #limit()} of a violation that is not about a size. */
    public static final long NO_LIMIT = -1;

    private final String field;
    private final long limit;
    private final String actual;

    private LslProtocolException(String field, long limit, String actual, String message) {
        super(message);
        this.field = field;
        this.limit = limit;
        this.actual = actual;
    }

    /** A size or count beyond its limit. */
    public LslProtocolException(String field, long limit, long actual) {
        this(field, limit, Long.toString(actual), field + " is " + actual + ", the limit is " + limit);
    }

    /** A value that is not what the protocol demands there; what it was is cut to 80 characters and freed of control characters. */
    public static LslProtocolException invalid(String field, String expected, String actual) {
        String shown = shown(actual);
        return new LslProtocolException(
                field, NO_LIMIT, shown, field + " must be " + expected + ", was '" + shown + "'");
    }

    private static String shown(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** The protocol field at fault, e.g. {@code string length} or {@code channel_count}. */
    public String field() {
        return field;
    }

    /** The limit that was passed, or {@link #NO_LIMIT}. */
    public long limit() {
        return limit;
    }

    /** What came instead. */
    public String actual() {
        return actual;
    }
}
