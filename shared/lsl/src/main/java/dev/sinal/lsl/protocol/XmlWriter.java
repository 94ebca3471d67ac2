package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import java.util.Locale;

/** Writes elements as the native library does: one a line, indented by tabs, control characters as numbers. */
final class XmlWriter {
    private final StringBuilder out = new StringBuilder(1024);

    XmlWriter() {
        out.append("<?xml version=\"1.0\"?>\n");
    }

    XmlWriter open(int depth, String name) {
        indent(depth).append('<').append(name).append(">\n");
        return this;
    }

    XmlWriter close(int depth, String name) {
        indent(depth).append("</").append(name).append(">\n");
        return this;
    }

    /** An element with text, which keeps both tags even when the text is empty. */
    XmlWriter text(int depth, String name, String text) {
        indent(depth).append('<').append(name).append('>');
        escape(text);
        out.append("</").append(name).append(">\n");
        return this;
    }

    XmlWriter tree(int depth, DescElement element) {
        if (element.children().isEmpty()) {
            if (!element.text().isEmpty()) {
                return text(depth, element.name(), element.text());
            }
            indent(depth).append('<').append(element.name()).append(" />\n");
            return this;
        }
        indent(depth).append('<').append(element.name()).append('>');
        escape(element.text());
        out.append('\n');
        for (DescElement child : element.children()) {
            tree(depth + 1, child);
        }
        return close(depth, element.name());
    }

    private StringBuilder indent(int depth) {
        return out.append("\t".repeat(depth));
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\t', '\n', '\r' -> out.append(c);
                default -> {
                    if (c < ' ') {
                        out.append(String.format(Locale.ROOT, "&#%02d;", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
