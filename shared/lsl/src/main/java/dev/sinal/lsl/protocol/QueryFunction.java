package dev.sinal.lsl.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions a query may call. */
enum QueryFunction {
    TRUE("true", 0, 0),
    FALSE("false", 0, 0),
    NOT("not", 1, 1),
    BOOLEAN("boolean", 1, 1),
    COUNT("count", 1, 1),
    SUM("sum", 1, 1),
    POSITION("position", 0, 0),
    LAST("last", 0, 0),
    NAME("name", 0, 1),
    NUMBER("number", 0, 1),
    FLOOR("floor", 1, 1),
    CEILING("ceiling", 1, 1),
    ROUND("round", 1, 1),
    STRING("string", 0, 1),
    STRING_LENGTH("string-length", 0, 1),
    NORMALIZE_SPACE("normalize-space", 0, 1),
    STARTS_WITH("starts-with", 2, 2),
    CONTAINS("contains", 2, 2),
    CONCAT("concat", 2, 64),
    SUBSTRING("substring", 2, 3),
    SUBSTRING_BEFORE("substring-before", 2, 2),
    SUBSTRING_AFTER("substring-after", 2, 2);

    final String word;
    final int least;
    final int most;

    QueryFunction(String word, int least, int most) {
        this.word = word;
        this.least = least;
        this.most = most;
    }

    static @Nullable QueryFunction named(String word) {
        for (QueryFunction function : values()) {
            if (function.word.equals(word)) {
                return function;
            }
        }
        return null;
    }

    /** Whether the argument must be a path. */
    boolean wantsNodes() {
        return this == COUNT || this == SUM || this == NAME;
    }

    Object call(List<Object> arguments, QueryContext context) {
        Object first = arguments.isEmpty() ? List.of(context.node()) : arguments.get(0);
        return switch (this) {
            case TRUE -> true;
            case FALSE -> false;
            case NOT -> !QueryValue.toBoolean(first);
            case BOOLEAN -> QueryValue.toBoolean(first);
            case COUNT -> (double) QueryValue.nodes(first).size();
            case SUM ->
                QueryValue.nodes(first).stream()
                        .mapToDouble(node -> QueryValue.toNumber(node.stringValue()))
                        .sum();
            case POSITION -> (double) context.position();
            case LAST -> (double) context.size();
            case NAME -> name(QueryValue.nodes(first));
            case NUMBER -> QueryValue.toNumber(first);
            case FLOOR -> Math.floor(QueryValue.toNumber(first));
            case CEILING -> Math.ceil(QueryValue.toNumber(first));
            case ROUND -> Math.floor(QueryValue.toNumber(first) + 0.5);
            case STRING -> QueryValue.toText(first);
            case STRING_LENGTH -> {
                String text = QueryValue.toText(first);
                yield (double) text.codePointCount(0, text.length());
            }
            case NORMALIZE_SPACE -> QueryValue.toText(first).strip().replaceAll("[ \\t\\r\\n]+", " ");
            case STARTS_WITH -> QueryValue.toText(first).startsWith(QueryValue.toText(arguments.get(1)));
            case CONTAINS -> QueryValue.toText(first).contains(QueryValue.toText(arguments.get(1)));
            case CONCAT -> concat(arguments, context);
            case SUBSTRING -> substring(arguments);
            case SUBSTRING_BEFORE -> before(QueryValue.toText(first), QueryValue.toText(arguments.get(1)));
            case SUBSTRING_AFTER -> after(QueryValue.toText(first), QueryValue.toText(arguments.get(1)));
        };
    }

    private static String name(List<QueryNode> nodes) {
        String name = nodes.isEmpty() ? null : nodes.get(0).name;
        return name == null ? "" : name;
    }

    private static String concat(List<Object> arguments, QueryContext context) {
        StringBuilder all = new StringBuilder();
        for (Object argument : arguments) {
            String piece = QueryValue.toText(argument);
            context.budget().spend(piece.length() / 64);
            all.append(piece);
        }
        return all.toString();
    }

    private static String substring(List<Object> arguments) {
        String text = QueryValue.toText(arguments.get(0));
        double start = Math.floor(QueryValue.toNumber(arguments.get(1)) + 0.5);
        double end = arguments.size() < 3
                ? Double.POSITIVE_INFINITY
                : start + Math.floor(QueryValue.toNumber(arguments.get(2)) + 0.5);
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i + 1 >= start && i + 1 < end) {
                kept.append(text.charAt(i));
            }
        }
        return kept.toString();
    }

    private static String before(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? "" : text.substring(0, at);
    }

    private static String after(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? "" : text.substring(at + mark.length());
    }
}
