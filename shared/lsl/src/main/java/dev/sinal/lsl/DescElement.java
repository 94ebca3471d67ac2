package dev.sinal.lsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One element of a stream's free-form metadata: a name, text, and children in order. Immutable. */
public final class DescElement {
    private final String name;
    private final String text;
    private final boolean hasText;
    private final List<DescElement> children;

    private DescElement(String name, String text, boolean hasText, List<DescElement> children) {
        this.name = name;
        this.text = text;
        this.hasText = hasText;
        this.children = List.copyOf(children);
    }

    /** An element without text or children. */
    public static DescElement empty(String name) {
        return new DescElement(checked(name), "", false, List.of());
    }

    /** An element that holds text only. */
    public static DescElement leaf(String name, String text) {
        return new DescElement(checked(name), Objects.requireNonNull(text), true, List.of());
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

    /** Whether it was given text, be it empty: then it is written with both tags, as native libraries do. Makes no two elements differ. */
    public boolean hasText() {
        return hasText;
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

    /** The first element at the end of a path of names below this one: {@code find("acquisition", "model")}. */
    public @Nullable DescElement find(String... path) {
        DescElement found = this;
        for (String step : path) {
            found = found.child(step);
            if (found == null) {
                return null;
            }
        }
        return found;
    }

    /** Text of {@link #find}; empty if there is no such element. */
    public String findText(String... path) {
        DescElement found = find(path);
        return found == null ? "" : found.text;
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

    /** An editable copy. */
    public Builder toBuilder() {
        Builder copy = new Builder(name);
        copy.text = text;
        copy.hasText = hasText;
        children.forEach(child -> copy.children.add(child.toBuilder()));
        return copy;
    }

    /**
     * Collects text and children; what the native library does with an XML element of an outlet's description. The builders of children belong to
     * their parent: what is done to them shows in what the parent builds. Not safe for several threads.
     */
    public static final class Builder {
        private final String name;
        private final List<Builder> children = new ArrayList<>();
        private String text = "";
        private boolean hasText;

        private Builder(String name) {
            this.name = name;
        }

        public String name() {
            return name;
        }

        /** Replaces the text directly inside. */
        public Builder text(String value) {
            text = Objects.requireNonNull(value);
            hasText = true;
            return this;
        }

        /** Appends a copy of an element. */
        public Builder add(DescElement child) {
            children.add(child.toBuilder());
            return this;
        }

        /** Appends {@code <name>text</name>}. */
        public Builder add(String childName, String childText) {
            append(childName).text(childText);
            return this;
        }

        /** Appends an element. @return the new child */
        public Builder append(String childName) {
            Builder child = builder(childName);
            children.add(child);
            return child;
        }

        /** Puts an element before the others. @return the new child */
        public Builder prepend(String childName) {
            Builder child = builder(childName);
            children.add(0, child);
            return child;
        }

        /** The first child with this name, appended if there is none. */
        public Builder child(String childName) {
            for (Builder child : children) {
                if (child.name.equals(childName)) {
                    return child;
                }
            }
            return append(childName);
        }

        /** All children, in order. */
        public List<Builder> children() {
            return List.copyOf(children);
        }

        /** Replaces the text of the first child with this name, which is appended if there is none. */
        public Builder set(String childName, String childText) {
            child(childName).text(childText);
            return this;
        }

        /** Removes the first child with this name, if there is one. */
        public Builder remove(String childName) {
            for (int i = 0; i < children.size(); i++) {
                if (children.get(i).name.equals(childName)) {
                    children.remove(i);
                    break;
                }
            }
            return this;
        }

        public DescElement build() {
            return new DescElement(
                    name, text, hasText, children.stream().map(Builder::build).toList());
        }
    }
}
