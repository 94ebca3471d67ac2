package dev.sinal.lsl;

import dev.sinal.lsl.protocol.QueryPredicate;
import dev.sinal.lsl.protocol.StreamInfoXml;
import org.jspecify.annotations.Nullable;

/**
 * Which streams to look for: the part of XPath 1.0 that LSL users write, about the {@code <info>} element.
 *
 * <pre>{@code
 * name='BioSemi' and type="EEG"
 * starts-with(name,'Bio') and not(hostname='lab3')
 * count(desc/channels/channel)=8 or //label='C1'
 * }</pre>
 *
 * <p>Conditions about {@code desc} can only be answered by the outlet itself (the short description that discovery brings has none),
 * so {@link #matches} on a short description says no to them.
 */
public final class StreamQuery {
    private static final StreamQuery ALL = new StreamQuery("", null);

    private final String text;
    private final @Nullable QueryPredicate predicate;

    private StreamQuery(String text, @Nullable QueryPredicate predicate) {
        this.text = text;
        this.predicate = predicate;
    }

    /** Every stream of the session. */
    public static StreamQuery all() {
        return ALL;
    }

    /**
     * Understands a query; the empty text is {@link #all}.
     *
     * @throws LslQueryException naming the position, if it cannot be understood, is longer than 4096 characters or nested too deep
     */
    public static StreamQuery parse(String predicate) {
        return predicate.isBlank() ? ALL : new StreamQuery(predicate.strip(), QueryPredicate.parse(predicate.strip()));
    }

    /** The query for streams with this name. */
    public static StreamQuery byName(String name) {
        return byProperty("name", name);
    }

    /**
     * The query for streams with this text in an element, such as {@code type} or {@code desc/manufacturer}.
     *
     * @throws LslQueryException if the element is no path
     */
    public static StreamQuery byProperty(String element, String value) {
        return parse(element + "=" + quote(value));
    }

    /** A literal for any value, to build queries from: XPath has no escapes, so one with both kinds of quotes is put together. */
    public static String quote(String value) {
        return QueryPredicate.quote(value);
    }

    /** The streams that fulfil both. */
    public StreamQuery and(StreamQuery other) {
        if (text.isEmpty() || other.text.isEmpty()) {
            return text.isEmpty() ? other : this;
        }
        return parse("(" + text + ") and (" + other.text + ")");
    }

    /** Whether the description fulfils the query; no if deciding would take too much work. */
    public boolean matches(StreamInfo info) {
        try {
            return predicate == null || predicate.test(StreamInfoXml.tree(info));
        } catch (LslQueryException tooMuchWork) {
            return false;
        }
    }

    /** The text it was parsed from; empty for {@link #all}. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StreamQuery that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "all streams" : text;
    }
}
