package dev.sinal.agents.domain;

/** A command that cannot be done, with what the caller needs to put it right. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is to the caller. */
    public enum Kind {
        INVALID,
        NOT_FOUND,
        CONFLICT,
        UNSUPPORTED
    }

    private final Kind kind;
    private final String pointer;

    private Refusal(Kind kind, String pointer, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
        this.pointer = pointer;
    }

    static Refusal invalid(String pointer, String detail) {
        return new Refusal(Kind.INVALID, pointer, detail);
    }

    static Refusal unsupported(String pointer, String detail) {
        return new Refusal(Kind.UNSUPPORTED, pointer, detail);
    }

    public static Refusal notFound(String agentId) {
        return new Refusal(Kind.NOT_FOUND, "", "no agent '" + agentId + "'");
    }

    /** @param known names there are */
    public static Refusal noNode(String node, java.util.List<String> known) {
        String there = known.isEmpty() ? "no collecting node is known" : "known are " + String.join(", ", known);
        return new Refusal(Kind.NOT_FOUND, "", "no node '" + node + "'; " + there);
    }

    public static Refusal conflict(String detail) {
        return new Refusal(Kind.CONFLICT, "", detail);
    }

    public Kind kind() {
        return kind;
    }

    /** JSON Pointer of the field; empty when none is to blame. */
    public String pointer() {
        return pointer;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
