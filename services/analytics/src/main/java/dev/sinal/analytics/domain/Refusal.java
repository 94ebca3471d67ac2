package dev.sinal.analytics.domain;

/** A request that is understood but that these data cannot answer. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    public static final String CONSTANT_SERIES = "constant_series";
    public static final String TOO_FEW_POINTS = "too_few_points";
    public static final String NO_OVERLAP = "no_overlap";
    public static final String TOO_MUCH_MISSING = "too_much_missing";
    public static final String NON_NUMERIC_METRIC = "non_numeric_metric";
    public static final String RAW_BIOSIGNAL = "raw_biosignal";
    public static final String UNSUPPORTED = "unsupported";

    private final String code;

    public Refusal(String code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    public String code() {
        return code;
    }

    public String detail() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
