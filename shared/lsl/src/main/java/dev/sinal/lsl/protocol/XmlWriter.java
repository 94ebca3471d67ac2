package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import java.util.Locale;

/** Writes elements as the native library does: one a line, indented by tabs, control characters as numbers. */
final class XmlWriter {
    private final StringBuilder out = new StringBuilder(1024);

    XmlWriter() {
        out.append("<?xml version=\"1.0\"?>\n");
    }

    XmlWriter tree(int depth, DescElement element) {
        indent(depth);
        element(depth, element);
        out.append('\n');
        return this;
    }

    /** Without the indentation before it and the line end after it: text and what follows it share a line. */
    private void element(int depth, DescElement element) {
        out.append('<').append(element.name());
        if (!element.hasText() && element.children().isEmpty()) {
            out.append(" />");
            return;
        }
        out.append('>');
        escape(element.text());
        boolean afterText = !element.text().isEmpty();
        for (DescElement child : element.children()) {
            if (!afterText) {
                out.append('\n');
                indent(depth + 1);
            }
            element(depth + 1, child);
            afterText = false;
        }
        if (!element.children().isEmpty()) {
            out.append('\n');
            indent(depth);
        }
        out.append("</").append(element.name()).append('>');
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
