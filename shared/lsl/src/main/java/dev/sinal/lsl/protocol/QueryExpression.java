package dev.sinal.lsl.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** The nodes of another expression that fulfil conditions, counted in document order. */
    record Filter(QueryExpression base, List<QueryExpression> filters) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            return QueryStep.filtered(QueryValue.nodes(base.evaluate(context)), filters, context);
        }
    }

    /** @param base where it starts; null = at the context node */
    record Path(@Nullable QueryExpression base, List<QueryStep> steps) implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            List<QueryNode> current = base == null ? List.of(context.node()) : QueryValue.nodes(base.evaluate(context));
            for (QueryStep step : steps) {
                Set<QueryNode> next = new LinkedHashSet<>();
                for (QueryNode node : current) {
                    next.addAll(step.from(node, context));
                }
                current = inOrder(next);
            }
            return current;
        }
    }

    /** The document, where absolute paths start. */
    record Root() implements QueryExpression {
        @Override
        public Object evaluate(QueryContext context) {
            return List.of(context.node().root());
        }
    }

    private static List<QueryNode> inOrder(Set<QueryNode> nodes) {
        if (nodes.size() < 2) {
            return List.copyOf(nodes);
        }
        List<QueryNode> sorted = new ArrayList<>(nodes);
        sorted.sort(Comparator.comparingInt(node -> node.order));
        return sorted;
    }
}
