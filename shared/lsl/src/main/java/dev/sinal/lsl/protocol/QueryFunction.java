package dev.sinal.lsl.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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
    LOCAL_NAME("local-name", 0, 1),
    NAMESPACE_URI("namespace-uri", 0, 1),
    ID("id", 1, 1),
    LANG("lang", 1, 1),
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
    SUBSTRING_AFTER("substring-after", 2, 2),
    TRANSLATE("translate", 3, 3);

    private static final Pattern SPACES = Pattern.compile("[ \\t\\r\\n]+");

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
        return this == COUNT || this == SUM || this == NAME || this == LOCAL_NAME || this == NAMESPACE_URI;
    }

    Object call(List<Object> arguments, QueryContext context) {
        Object first = arguments.isEmpty() ? List.of(context.node()) : arguments.get(0);
        return switch (this) {
            case TRUE -> true;
            case FALSE, LANG -> false;
            case NOT -> !QueryValue.toBoolean(first);
            case BOOLEAN -> QueryValue.toBoolean(first);
            case COUNT -> (double) QueryValue.nodes(first).size();
            case SUM -> sum(QueryValue.nodes(first), context);
            case POSITION -> (double) context.position();
            case LAST -> (double) context.size();
            case NAME -> name(QueryValue.nodes(first));
            case LOCAL_NAME -> {
                String name = name(QueryValue.nodes(first));
                yield name.substring(name.indexOf(':') + 1);
            }
            case NAMESPACE_URI -> "";
            case ID -> List.of();
            case NUMBER -> QueryValue.toNumber(first);
            case FLOOR -> Math.floor(QueryValue.toNumber(first));
            case CEILING -> Math.ceil(QueryValue.toNumber(first));
            case ROUND -> round(QueryValue.toNumber(first));
            default -> onTexts(texts(arguments, context), arguments);
        };
    }

    /** All arguments as texts, paid for by their length. */
    private static List<String> texts(List<Object> arguments, QueryContext context) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments.isEmpty() ? List.of(List.of(context.node())) : arguments) {
            String text = QueryValue.toText(argument);
            context.budget().spend(text.length() / 64);
            texts.add(text);
        }
        return texts;
    }

    private Object onTexts(List<String> texts, List<Object> arguments) {
        String first = texts.get(0);
        return switch (this) {
            case STRING -> first;
            case STRING_LENGTH -> (double) first.codePointCount(0, first.length());
            case NORMALIZE_SPACE -> SPACES.matcher(first).replaceAll(" ").replaceAll("^ | $", "");
            case STARTS_WITH -> first.startsWith(texts.get(1));
            case CONTAINS -> first.contains(texts.get(1));
            case CONCAT -> String.join("", texts);
            case SUBSTRING ->
                substring(
                        first,
                        QueryValue.toNumber(arguments.get(1)),
                        arguments.size() < 3 ? Double.POSITIVE_INFINITY : QueryValue.toNumber(arguments.get(2)));
            case SUBSTRING_BEFORE -> before(first, texts.get(1));
            case SUBSTRING_AFTER -> after(first, texts.get(1));
            case TRANSLATE -> translate(first, texts.get(1), texts.get(2));
            default -> throw new IllegalStateException(word);
        };
    }

    private static double sum(List<QueryNode> nodes, QueryContext context) {
        context.budget().spend(nodes.size());
        double sum = 0;
        for (QueryNode node : nodes) {
            sum += QueryValue.toNumber(node.stringValue());
        }
        return sum;
    }

    /** Halves go up. */
    private static double round(double number) {
        return Math.abs(number) < 0x1p52 ? Math.floor(number + 0.5) : number;
    }

    private static String translate(String text, String from, String to) {
        int[] old = from.codePoints().toArray();
        int[] fresh = to.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            int at = 0;
            while (at < old.length && old[at] != c) {
                at++;
            }
            if (at == old.length) {
                out.appendCodePoint(c);
            } else if (at < fresh.length) {
                out.appendCodePoint(fresh[at]);
            }
        });
        return out.toString();
    }

    private static String name(List<QueryNode> nodes) {
        String name = nodes.isEmpty() ? null : nodes.get(0).name;
        return name == null ? "" : name;
    }

    /** Positions count characters from 1. */
    private static String substring(String text, double from, double length) {
        double start = round(from);
        double end = start + round(length);
        int[] characters = text.codePoints().toArray();
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < characters.length; i++) {
            if (i + 1 >= start && i + 1 < end) {
                kept.appendCodePoint(characters[i]);
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
