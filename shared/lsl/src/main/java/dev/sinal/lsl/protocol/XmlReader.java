package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements and text; that is all a stream description has. Native writers emit control characters and byte sequences that a
 * strict parser refuses, so this one takes them. Attributes, comments and processing instructions are skipped; a document type is
 * refused, so there are no entities to expand.
 */
final class XmlReader {
    private static final int LONGEST_ENTITY = 10;

    private final String xml;
    private final LslLimits limits;
    private int at;
    private int nodes;

    private XmlReader(String xml, LslLimits limits) {
        this.xml = xml;
        this.limits = limits;
    }

    /** An element that is not closed yet. */
    private static final class Open {
        final DescElement.Builder builder;
        final StringBuilder text = new StringBuilder();
        boolean hasChildren;
        boolean textEnded;

        Open(DescElement.Builder builder) {
            this.builder = builder;
        }

        String name() {
            return builder.name();
        }

        /** Of text among children the first piece that is not white space counts, as it does for natives. */
        void childBegins() {
            hasChildren = true;
            if (textEnded) {
                return;
            }
            if (text.toString().isBlank()) {
                text.setLength(0);
            } else {
                textEnded = true;
            }
        }

        DescElement.Builder close() {
            if (!hasChildren || !text.toString().isBlank()) {
                builder.text(text.toString());
            }
            return builder;
        }
    }

    /** @throws LslProtocolException if it is not one element, or passes a limit */
    static DescElement read(String xml, LslLimits limits) {
        if (xml.length() > limits.infoBytes()) {
            throw new LslProtocolException("info length", limits.infoBytes(), xml.length());
        }
        return new XmlReader(xml, limits).document();
    }

    private DescElement document() {
        Deque<Open> open = new ArrayDeque<>();
        DescElement root = null;
        while (root == null) {
            int tag = xml.indexOf('<', at);
            if (tag < 0) {
                throw invalid(
                        "a complete element",
                        open.isEmpty()
                                ? "nothing"
                                : "an unclosed " + open.element().name());
            }
            if (!open.isEmpty() && !open.element().textEnded) {
                unescape(at, tag, open.element().text);
            }
            at = tag;
            if (xml.startsWith("<!--", at)) {
                skipPast("-->");
            } else if (xml.startsWith("<![CDATA[", at)) {
                cdata(open.peek());
            } else if (xml.startsWith("<?", at)) {
                skipPast("?>");
            } else if (xml.startsWith("<!", at)) {
                throw invalid("free of a document type", "<!");
            } else if (xml.startsWith("</", at)) {
                root = end(open);
            } else {
                root = start(open);
            }
        }
        return root;
    }

    private @Nullable DescElement start(Deque<Open> open) {
        int nameStart = ++at;
        while (at < xml.length() && " \t\r\n/>".indexOf(xml.charAt(at)) < 0) {
            at++;
        }
        Open element = open(xml.substring(nameStart, at), open.peek());
        if (++nodes > limits.xmlNodes()) {
            throw new LslProtocolException("info elements", limits.xmlNodes(), nodes);
        }
        if (open.size() >= limits.xmlDepth()) {
            throw new LslProtocolException("info depth", limits.xmlDepth(), open.size() + 1L);
        }
        if (skipAttributes()) {
            return open.isEmpty() ? element.builder.build() : null;
        }
        open.push(element);
        return null;
    }

    private static Open open(String name, @Nullable Open parent) {
        try {
            if (parent == null) {
                return new Open(DescElement.builder(name));
            }
            parent.childBegins();
            return new Open(parent.builder.append(name));
        } catch (IllegalArgumentException bad) {
            throw invalid("an element name", name);
        }
    }

    /** Moves past the end of a start tag; true if it was {@code />}. */
    private boolean skipAttributes() {
        char quote = 0;
        while (at < xml.length()) {
            char c = xml.charAt(at++);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return xml.charAt(at - 2) == '/';
            }
        }
        throw invalid("a complete element", "an open tag");
    }

    private @Nullable DescElement end(Deque<Open> open) {
        int close = xml.indexOf('>', at);
        if (close < 0) {
            throw invalid("a complete element", "an open end tag");
        }
        String name = xml.substring(at + 2, close).strip();
        at = close + 1;
        if (open.isEmpty() || !open.element().name().equals(name)) {
            throw invalid(open.isEmpty() ? "an element" : "</" + open.element().name() + ">", "</" + name + ">");
        }
        DescElement.Builder closed = open.pop().close();
        return open.isEmpty() ? closed.build() : null;
    }

    private void cdata(@Nullable Open element) {
        int start = at + "<![CDATA[".length();
        skipPast("]]>");
        if (element != null && !element.textEnded) {
            element.text.append(xml, start, at - 3);
        }
    }

    private void skipPast(String mark) {
        int end = xml.indexOf(mark, at + 2);
        if (end < 0) {
            throw invalid("complete", "something without " + mark);
        }
        at = end + mark.length();
    }

    private void unescape(int from, int to, StringBuilder out) {
        int i = from;
        while (i < to) {
            int amp = xml.indexOf('&', i);
            if (amp < 0 || amp >= to) {
                out.append(xml, i, to);
                return;
            }
            out.append(xml, i, amp);
            int semicolon = endOfEntity(amp, to);
            int code = semicolon < 0 ? -1 : code(xml.substring(amp + 1, semicolon));
            if (code < 0) {
                out.append('&');
                i = amp + 1;
            } else {
                out.appendCodePoint(code);
                i = semicolon + 1;
            }
        }
    }

    /** Looks no further than an entity is long: megabytes of ampersands must not take hours. */
    private int endOfEntity(int amp, int to) {
        int last = Math.min(to, amp + LONGEST_ENTITY + 1);
        for (int i = amp + 1; i < last; i++) {
            if (xml.charAt(i) == ';') {
                return i;
            }
        }
        return -1;
    }

    /** The character an entity stands for; −1 leaves it as it is, as native readers do. */
    private static int code(String entity) {
        switch (entity) {
            case "amp":
                return '&';
            case "lt":
                return '<';
            case "gt":
                return '>';
            case "quot":
                return '"';
            case "apos":
                return '\'';
            default:
                break;
        }
        if (entity.length() < 2 || entity.charAt(0) != '#') {
            return -1;
        }
        boolean hexadecimal = entity.charAt(1) == 'x' || entity.charAt(1) == 'X';
        String digits = entity.substring(hexadecimal ? 2 : 1);
        if (digits.isEmpty() || !digits.chars().allMatch(c -> Character.digit(c, hexadecimal ? 16 : 10) >= 0)) {
            return -1;
        }
        int code = Integer.parseInt(digits, hexadecimal ? 16 : 10);
        if (!Character.isValidCodePoint(code)) {
            return -1;
        }
        // Half a surrogate pair is no character, and cannot be written in UTF-8.
        return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE ? '\uFFFD' : code;
    }

    private static LslProtocolException invalid(String expected, String actual) {
        return LslProtocolException.invalid("info XML", expected, actual);
    }
}
