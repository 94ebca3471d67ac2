package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.LslQueryException;

/**
 * A discovery predicate: an XPath 1.0 expression about the {@code <info>} element of a full description, taken as a boolean.
 *
 * <p>All of XPath 1.0 but variables, as far as it makes sense: descriptions have no attributes, comments, ids or name spaces, so the
 * axes and functions for those find nothing.
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

    /**
     * Whether it holds for this {@code <info>} element.
     *
     * @throws LslQueryException if deciding takes more than 100 000 steps
     */
    public boolean test(DescElement info) {
        return test(QueryDocument.of(info));
    }

    /** Like {@link #test(DescElement)}, for a description that is asked again and again. */
    public boolean test(QueryDocument document) {
        try {
            return QueryValue.toBoolean(
                    root.evaluate(new QueryContext(document.info(), 1, 1, new QueryContext.Budget())));
        } catch (QueryContext.TooMuchWork spent) {
            throw new LslQueryException("deciding takes more than " + QueryContext.Budget.STEPS + " steps", 0);
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
