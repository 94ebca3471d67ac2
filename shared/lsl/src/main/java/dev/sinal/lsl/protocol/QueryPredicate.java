package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.LslQueryException;

/**
 * A discovery predicate: an XPath 1.0 expression about the {@code <info>} element of a full description, taken as a boolean.
 *
 * <p>Understood: {@code and or not() = != < <= > >= + - div mod |}, paths with {@code / // . .. *} names, {@code text()} and
 * {@code [...]}, literals, numbers, and the string and number functions of {@link QueryFunction}. No axes, attributes (descriptions
 * carry none) or variables.
 */
public final class QueryPredicate {
    /** Longest predicate read, characters. */
    public static final int MAX_LENGTH = 4096;

    private final QueryExpression root;

    private QueryPredicate(QueryExpression root) {
        this.root = root;
    }

    /** @throws LslQueryException if it is malformed, too long or nested too deep */
    public static QueryPredicate parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new LslQueryException("query longer than " + MAX_LENGTH + " characters", MAX_LENGTH);
        }
        return new QueryPredicate(new QueryParser(text).parse());
    }

    /** Whether it holds for this {@code <info>} element; false also when deciding takes more than 100 000 steps. */
    public boolean test(DescElement info) {
        QueryNode document = QueryNode.document(info);
        try {
            return QueryValue.toBoolean(
                    root.evaluate(new QueryContext(document.children.get(0), 1, 1, new QueryContext.Budget())));
        } catch (QueryContext.TooMuchWork expected) {
            return false;
        }
    }

    /** A literal for the value: XPath has no escapes, so a value with both quotes becomes {@code concat(...)}. */
    public static String quote(String value) {
        if (value.indexOf('\'') < 0) {
            return "'" + value + "'";
        }
        if (value.indexOf('"') < 0) {
            return '"' + value + '"';
        }
        return "concat('" + value.replace("'", "',\"'\",'") + "')";
    }
}
