package dev.sinal.lsl.protocol;

import dev.sinal.lsl.DescElement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of the document a query looks at: the root, an element, or a piece of text. Knows its parent and its place. */
final class QueryNode {
    /** Empty for the root, null for text. */
    final @Nullable String name;

    final @Nullable QueryNode parent;
    final List<QueryNode> children = new ArrayList<>();
    final int order;
    private final String text;
    private int end;

    private QueryNode(@Nullable String name, String text, @Nullable QueryNode parent, int order) {
        this.name = name;
        this.text = text;
        this.parent = parent;
        this.order = order;
    }

    /** The root above the given element. */
    static QueryNode document(DescElement element) {
        QueryNode root = new QueryNode("", "", null, 0);
        int[] counter = {1};
        root.add(element, counter);
        root.end = counter[0];
        return root;
    }

    private void add(DescElement element, int[] counter) {
        QueryNode node = new QueryNode(element.name(), "", this, counter[0]++);
        children.add(node);
        if (!element.text().isEmpty()) {
            QueryNode content = new QueryNode(null, element.text(), node, counter[0]++);
            content.end = counter[0];
            node.children.add(content);
        }
        for (DescElement child : element.children()) {
            node.add(child, counter);
        }
        node.end = counter[0];
    }

    /** The place after the last node inside. */
    int end() {
        return end;
    }

    QueryNode root() {
        QueryNode top = this;
        while (top.parent != null) {
            top = top.parent;
        }
        return top;
    }

    boolean isElement() {
        return name != null && parent != null;
    }

    boolean isText() {
        return name == null;
    }

    /** All text inside, in order. */
    String stringValue() {
        if (isText()) {
            return text;
        }
        if (children.size() == 1 && children.get(0).isText()) {
            return children.get(0).text;
        }
        StringBuilder all = new StringBuilder();
        collect(all);
        return all.toString();
    }

    private void collect(StringBuilder all) {
        if (isText()) {
            all.append(text);
        }
        for (QueryNode child : children) {
            child.collect(all);
        }
    }
}
