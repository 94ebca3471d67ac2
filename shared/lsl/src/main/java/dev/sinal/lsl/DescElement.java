package dev.sinal.lsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One element of a stream's free-form metadata: a name, text, and children in order. Immutable. */
public final class DescElement {
    private final String name;
    private final String text;
    private final List<DescElement> children;

    private DescElement(String name, String text, List<DescElement> children) {
        this.name = name;
        this.text = text;
        this.children = List.copyOf(children);
    }

    /** An element without text or children. */
    public static DescElement empty(String name) {
        return new DescElement(checked(name), "", List.of());
    }

    /** An element that holds text only. */
    public static DescElement leaf(String name, String text) {
        return new DescElement(checked(name), Objects.requireNonNull(text), List.of());
    }

    /** Starts an element with this name. */
    public static Builder builder(String name) {
        return new Builder(checked(name));
    }

    private static String checked(String name) {
        if (name.isEmpty() || name.length() > 256 || !name.chars().allMatch(DescElement::isNameChar)) {
            throw new IllegalArgumentException(
                    "an element name must be 1 to 256 characters without space, <, >, /, & or quotes: " + name);
        }
        return name;
    }

    private static boolean isNameChar(int c) {
        return c > ' ' && "<>/&\"'=!?".indexOf(c) < 0;
    }

    public String name() {
        return name;
    }

    /** The text directly inside, untrimmed; empty if there is none. */
    public String text() {
        return text;
    }

    public List<DescElement> children() {
        return children;
    }

    /** The first child with this name. */
    public @Nullable DescElement child(String childName) {
        for (DescElement child : children) {
            if (child.name.equals(childName)) {
                return child;
            }
        }
        return null;
    }

    /** All children with this name, in order. */
    public List<DescElement> children(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).toList();
    }

    /** Text of the first child with this name; empty if there is no such child. */
    public String childText(String childName) {
        DescElement child = child(childName);
        return child == null ? "" : child.text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DescElement that
                && name.equals(that.name)
                && text.equals(that.text)
                && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, text, children);
    }

    @Override
    public String toString() {
        return "<" + name + "> with " + children.size() + " children";
    }

    /** Collects text and children. Not safe for several threads. */
    public static final class Builder {
        private final String name;
        private final List<DescElement> children = new ArrayList<>();
        private String text = "";

        private Builder(String name) {
            this.name = name;
        }

        public Builder text(String value) {
            text = Objects.requireNonNull(value);
            return this;
        }

        public Builder add(DescElement child) {
            children.add(child);
            return this;
        }

        /** Adds {@code <name>text</name>}. */
        public Builder add(String childName, String childText) {
            return add(leaf(childName, childText));
        }

        public DescElement build() {
            return new DescElement(name, text, children);
        }
    }
}
