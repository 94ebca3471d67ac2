package dev.sinal.lsl.protocol;

import java.math.BigDecimal;
import java.util.List;

/** XPath's four value types (Boolean, Double, String, list of nodes) and their conversions. */
final class QueryValue {
    private QueryValue() {}

    @SuppressWarnings("unchecked")
    static List<QueryNode> nodes(Object value) {
        return (List<QueryNode>) value;
    }

    static boolean toBoolean(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Double number) {
            return number != 0 && !Double.isNaN(number);
        }
        return value instanceof String text ? !text.isEmpty() : !nodes(value).isEmpty();
    }

    static double toNumber(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        return parse(toText(value));
    }

    static String toText(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Boolean truth) {
            return truth.toString();
        }
        if (value instanceof Double number) {
            return format(number);
        }
        List<QueryNode> set = nodes(value);
        return set.isEmpty() ? "" : set.get(0).stringValue();
    }

    /** XPath numbers are plain decimals: no sign but minus, no exponent; anything else is NaN. */
    private static double parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty() || trimmed.length() > 400) {
            return Double.NaN;
        }
        boolean digits = false;
        boolean point = false;
        for (int i = 0; i < trimmed.length(); i++) {
            char c = trimmed.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = true;
            } else if (c == '.' && !point) {
                point = true;
            } else if (c != '-' || i > 0) {
                return Double.NaN;
            }
        }
        return digits ? Double.parseDouble(trimmed) : Double.NaN;
    }

    /** Never with an exponent. */
    private static String format(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
        }
        return number == 0 ? "0" : plain(new BigDecimal(Double.toString(number)));
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    static boolean compare(String operator, Object left, Object right, QueryContext.Budget budget) {
        if (left instanceof List<?> && right instanceof List<?>) {
            List<String> texts =
                    nodes(right).stream().map(QueryNode::stringValue).toList();
            for (QueryNode node : nodes(left)) {
                String text = node.stringValue();
                budget.spend(1 + texts.size() + text.length() / 64);
                if (texts.stream().anyMatch(other -> compareSimple(operator, text, other))) {
                    return true;
                }
            }
            return false;
        }
        if (left instanceof List<?>) {
            return compareSet(operator, nodes(left), right, false, budget);
        }
        if (right instanceof List<?>) {
            return compareSet(operator, nodes(right), left, true, budget);
        }
        return compareSimple(operator, left, right);
    }

    private static boolean compareSet(
            String operator, List<QueryNode> set, Object other, boolean swapped, QueryContext.Budget budget) {
        if (other instanceof Boolean) {
            return swapped
                    ? compareSimple(operator, other, !set.isEmpty())
                    : compareSimple(operator, !set.isEmpty(), other);
        }
        for (QueryNode node : set) {
            String value = node.stringValue();
            budget.spend(1 + value.length() / 64);
            if (swapped ? compareSimple(operator, other, value) : compareSimple(operator, value, other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean compareSimple(String operator, Object left, Object right) {
        switch (operator) {
            case "=":
                return same(left, right);
            case "!=":
                return !same(left, right);
            default:
                double l = toNumber(left);
                double r = toNumber(right);
                return switch (operator) {
                    case "<" -> l < r;
                    case "<=" -> l <= r;
                    case ">" -> l > r;
                    default -> l >= r;
                };
        }
    }

    private static boolean same(Object left, Object right) {
        if (left instanceof Boolean || right instanceof Boolean) {
            return toBoolean(left) == toBoolean(right);
        }
        if (left instanceof Double || right instanceof Double) {
            return toNumber(left) == toNumber(right);
        }
        return toText(left).equals(toText(right));
    }
}
