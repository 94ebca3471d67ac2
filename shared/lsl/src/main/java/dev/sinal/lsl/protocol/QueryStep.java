package dev.sinal.lsl.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a path: which nodes around a node, and which of those.
 *
 * @param filters conditions in brackets, applied one after the other
 */
record QueryStep(Axis axis, Test test, List<QueryExpression> filters) {
    /** {@code //} stands for this step. */
    static final QueryStep ANYWHERE = new QueryStep(Axis.DESCENDANT_OR_SELF, new Test(Kind.ANY, ""), List.of());

    /** Where to look from a node. Those that look back count their positions backwards. */
    enum Axis {
        CHILD,
        DESCENDANT,
        DESCENDANT_OR_SELF,
        SELF,
        PARENT,
        ANCESTOR,
        ANCESTOR_OR_SELF,
        FOLLOWING_SIBLING,
        PRECEDING_SIBLING,
        FOLLOWING,
        PRECEDING,
        /** Descriptions have no attributes: it is always empty, as the next one. */
        ATTRIBUTE,
        NAMESPACE;

        static @Nullable Axis named(String word) {
            for (Axis axis : values()) {
                if (axis.name()
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', '-')
                        .equals(word)) {
                    return axis;
                }
            }
            return null;
        }
    }

    /** What kind of node is wanted. */
    enum Kind {
        ELEMENT,
        TEXT,
        ANY,
        /** Comments and processing instructions, of which there are none. */
        NOTHING
    }

    /** @param name of the elements wanted; {@code *} for any, {@code p:*} for any with this prefix */
    record Test(Kind kind, String name) {
        boolean accepts(QueryNode node) {
            return switch (kind) {
                case ANY -> true;
                case NOTHING -> false;
                case TEXT -> node.isText();
                case ELEMENT -> node.isElement() && acceptsName(String.valueOf(node.name));
            };
        }

        private boolean acceptsName(String actual) {
            return name.equals("*")
                    || (name.endsWith(":*")
                            ? actual.startsWith(name.substring(0, name.length() - 1))
                            : name.equals(actual));
        }
    }

    /** Without positions in it, {@code //name} is one walk instead of one per element. */
    @Nullable
    QueryStep anywhere() {
        return axis == Axis.CHILD && filters.isEmpty() ? new QueryStep(Axis.DESCENDANT, test, filters) : null;
    }

    /** In order of position. */
    List<QueryNode> from(QueryNode origin, QueryContext context) {
        List<QueryNode> near = new ArrayList<>();
        walk(origin, near, context);
        List<QueryNode> wanted = new ArrayList<>();
        for (QueryNode node : near) {
            if (test.accepts(node)) {
                wanted.add(node);
            }
        }
        return filtered(wanted, filters, context);
    }

    private void walk(QueryNode origin, List<QueryNode> into, QueryContext context) {
        QueryNode parent = origin.parent;
        switch (axis) {
            case SELF -> into.add(origin);
            case CHILD -> into.addAll(origin.children);
            case DESCENDANT -> descend(origin, into, context);
            case DESCENDANT_OR_SELF -> {
                into.add(origin);
                descend(origin, into, context);
            }
            case PARENT, ANCESTOR, ANCESTOR_OR_SELF -> {
                if (axis == Axis.ANCESTOR_OR_SELF) {
                    into.add(origin);
                }
                for (QueryNode up = parent; up != null; up = axis == Axis.PARENT ? null : up.parent) {
                    into.add(up);
                }
            }
            case FOLLOWING_SIBLING, PRECEDING_SIBLING -> {
                if (parent != null) {
                    siblings(origin, parent, into, context);
                }
            }
            case FOLLOWING, PRECEDING -> beyond(origin, into, context);
            default -> {
                // Descriptions have neither attributes nor name spaces.
            }
        }
        context.budget().spend(1 + into.size());
    }

    private static void descend(QueryNode origin, List<QueryNode> into, QueryContext context) {
        for (QueryNode child : origin.children) {
            context.budget().spend(1);
            into.add(child);
            descend(child, into, context);
        }
    }

    private void siblings(QueryNode origin, QueryNode parent, List<QueryNode> into, QueryContext context) {
        context.budget().spend(parent.children.size());
        for (QueryNode each : parent.children) {
            if (axis == Axis.FOLLOWING_SIBLING && each.order > origin.order) {
                into.add(each);
            } else if (axis == Axis.PRECEDING_SIBLING && each.order < origin.order) {
                into.add(0, each);
            }
        }
    }

    /** Everything after it that is not inside it, or before it and not around it. */
    private void beyond(QueryNode origin, List<QueryNode> into, QueryContext context) {
        List<QueryNode> all = new ArrayList<>();
        descend(origin.root(), all, context);
        int end = origin.end();
        for (QueryNode each : all) {
            if (axis == Axis.FOLLOWING && each.order >= end) {
                into.add(each);
            } else if (axis == Axis.PRECEDING && each.order < origin.order && each.end() <= origin.order) {
                into.add(each);
            }
        }
        if (axis == Axis.PRECEDING) {
            java.util.Collections.reverse(into);
        }
    }

    /** @param nodes in order of position */
    static List<QueryNode> filtered(List<QueryNode> nodes, List<QueryExpression> filters, QueryContext context) {
        List<QueryNode> current = nodes;
        for (QueryExpression filter : filters) {
            List<QueryNode> kept = new ArrayList<>();
            for (int i = 0; i < current.size(); i++) {
                context.budget().spend(1);
                Object value = filter.evaluate(context.at(current.get(i), i + 1, current.size()));
                if (value instanceof Double place ? place == i + 1 : QueryValue.toBoolean(value)) {
                    kept.add(current.get(i));
                }
            }
            current = kept;
        }
        return current;
    }
}
