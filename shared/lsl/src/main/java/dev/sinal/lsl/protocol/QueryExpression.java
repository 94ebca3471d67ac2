package dev.sinal.lsl.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A node of a parsed query. */
sealed interface QueryExpression {
    Object evaluate(QueryContext context);

    /** A literal or number. */
    record Constant(Object value) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            return value;
        }
    }

    record Both(QueryExpression left, QueryExpression right) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            return QueryValue.toBoolean(left.evaluate(context)) && QueryValue.toBoolean(right.evaluate(context));
        }
    }

    record Either(QueryExpression left, QueryExpression right) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            return QueryValue.toBoolean(left.evaluate(context)) || QueryValue.toBoolean(right.evaluate(context));
        }
    }

    record Compare(String operator, QueryExpression left, QueryExpression right) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            context.budget().spend(1);
            return QueryValue.compare(operator, left.evaluate(context), right.evaluate(context), context.budget());
        }
    }

    record Calculate(String operator, QueryExpression left, QueryExpression right) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            context.budget().spend(1);
            double l = QueryValue.toNumber(left.evaluate(context));
            double r = QueryValue.toNumber(right.evaluate(context));
            return switch (operator) {
                case "+" -> l + r;
                case "-" -> l - r;
                case "*" -> l * r;
                case "div" -> l / r;
                default -> l % r;
            };
        }
    }

    record Call(QueryFunction function, List<QueryExpression> arguments) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            context.budget().spend(1);
            List<Object> values = new ArrayList<>(arguments.size());
            for (QueryExpression argument : arguments) {
                values.add(argument.evaluate(context));
            }
            return function.call(values, context);
        }
    }

    record Union(QueryExpression left, QueryExpression right) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            Set<QueryNode> all = new LinkedHashSet<>(QueryValue.nodes(left.evaluate(context)));
            all.addAll(QueryValue.nodes(right.evaluate(context)));
            return inOrder(all);
        }
    }

    /** What a step selects from a node. */
    enum Kind {
        SELF,
        PARENT,
        CHILD,
        TEXT
    }

    /**
     * One step of a path.
     *
     * @param deep whether it also looks below the children ({@code //})
     * @param name of the children wanted, {@code *} for any
     */
    record Step(Kind kind, boolean deep, String name, List<QueryExpression> filters) {}

    record Path(boolean absolute, List<Step> steps) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            QueryNode start = context.node();
            while (absolute && start.parent != null) {
                start = start.parent;
            }
            List<QueryNode> current = List.of(start);
            for (Step step : steps) {
                Set<QueryNode> next = new LinkedHashSet<>();
                for (QueryNode node : current) {
                    for (QueryNode origin : step.deep() ? withDescendants(node, context) : List.of(node)) {
                        next.addAll(filtered(select(step, origin, context), step.filters(), context));
                    }
                }
                current = inOrder(next);
            }
            return current;
        }

        private static List<QueryNode> select(Step step, QueryNode origin, QueryContext context) {
            context.budget().spend(1 + origin.children.size());
            return switch (step.kind()) {
                case SELF -> List.of(origin);
                case PARENT -> origin.parent == null ? List.of() : List.of(origin.parent);
                case TEXT -> origin.children.stream().filter(QueryNode::isText).toList();
                case CHILD ->
                    origin.children.stream()
                            .filter(child -> !child.isText()
                                    && (step.name().equals("*") || step.name().equals(child.name)))
                            .toList();
            };
        }

        private static List<QueryNode> filtered(
                List<QueryNode> nodes, List<QueryExpression> filters, QueryContext context) {
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

        private static List<QueryNode> withDescendants(QueryNode node, QueryContext context) {
            List<QueryNode> all = new ArrayList<>();
            all.add(node);
            for (int i = 0; i < all.size(); i++) {
                context.budget().spend(1);
                all.addAll(all.get(i).children);
            }
            return all;
        }
    }

    private static List<QueryNode> inOrder(Set<QueryNode> nodes) {
        List<QueryNode> sorted = new ArrayList<>(nodes);
        sorted.sort(Comparator.comparingInt(node -> node.order));
        return sorted;
    }
}
