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
        return parse("name=" + QueryPredicate.quote(name));
    }

    /** Whether the description fulfils the query. */
    public boolean matches(StreamInfo info) {
        return predicate == null || predicate.test(StreamInfoXml.tree(info));
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
