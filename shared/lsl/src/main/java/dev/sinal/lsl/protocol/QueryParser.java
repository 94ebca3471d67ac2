package dev.sinal.lsl.protocol;

import dev.sinal.lsl.LslQueryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Recursive descent over the text of a query. */
final class QueryParser {
    private static final int MAX_DEPTH = 32;

    /** Bounds the depth of evaluation as well: {@code a=a=a=…} nests to the left. */
    private static final int MAX_TERMS = 512;

    private static final Map<String, QueryStep.Kind> NODE_TYPES = Map.of(
            "text", QueryStep.Kind.TEXT,
            "node", QueryStep.Kind.ANY,
            "comment", QueryStep.Kind.NOTHING,
            "processing-instruction", QueryStep.Kind.NOTHING);

    private final String text;
    private int at;
    private int depth;
    private int terms;

    QueryParser(String text) {
        this.text = text;
    }

    QueryExpression parse() {
        QueryExpression whole = either();
        space();
        if (at < text.length()) {
            throw error("unexpected '" + text.charAt(at) + "'");
        }
        return whole;
    }

    private QueryExpression either() {
        if (++depth > MAX_DEPTH) {
            throw error("query nested deeper than " + MAX_DEPTH);
        }
        QueryExpression left = both();
        while (word("or")) {
            left = new QueryExpression.Either(left, both());
        }
        depth--;
        return left;
    }

    private QueryExpression both() {
        QueryExpression left = equality();
        while (word("and")) {
            left = new QueryExpression.Both(left, equality());
        }
        return left;
    }

    private QueryExpression equality() {
        QueryExpression left = relation();
        while (true) {
            if (symbol("=")) {
                left = new QueryExpression.Compare("=", left, relation());
            } else if (symbol("!=")) {
                left = new QueryExpression.Compare("!=", left, relation());
            } else {
                return left;
            }
        }
    }

    private QueryExpression relation() {
        QueryExpression left = sum();
        while (true) {
            if (symbol("<=")) {
                left = new QueryExpression.Compare("<=", left, sum());
            } else if (symbol(">=")) {
                left = new QueryExpression.Compare(">=", left, sum());
            } else if (symbol("<")) {
                left = new QueryExpression.Compare("<", left, sum());
            } else if (symbol(">")) {
                left = new QueryExpression.Compare(">", left, sum());
            } else {
                return left;
            }
        }
    }

    private QueryExpression sum() {
        QueryExpression left = product();
        while (true) {
            if (symbol("+")) {
                left = new QueryExpression.Calculate("+", left, product());
            } else if (symbol("-")) {
                left = new QueryExpression.Calculate("-", left, product());
            } else {
                return left;
            }
        }
    }

    private QueryExpression product() {
        QueryExpression left = unary();
        while (true) {
            if (symbol("*")) {
                left = new QueryExpression.Calculate("*", left, unary());
            } else if (word("div")) {
                left = new QueryExpression.Calculate("div", left, unary());
            } else if (word("mod")) {
                left = new QueryExpression.Calculate("mod", left, unary());
            } else {
                return left;
            }
        }
    }

    private QueryExpression unary() {
        boolean negative = false;
        while (symbol("-")) {
            negative = !negative;
        }
        QueryExpression value = union();
        return negative ? new QueryExpression.Calculate("-", new QueryExpression.Constant(0.0), value) : value;
    }

    private QueryExpression union() {
        int start = at;
        QueryExpression left = filtered();
        while (symbol("|")) {
            QueryExpression right = filtered();
            if (!isNodes(left) || !isNodes(right)) {
                at = start;
                throw error("'|' joins paths only");
            }
            left = new QueryExpression.Union(left, right);
        }
        return left;
    }

    private static boolean isNodes(QueryExpression expression) {
        return expression instanceof QueryExpression.Path
                || expression instanceof QueryExpression.Union
                || expression instanceof QueryExpression.Filter
                || (expression instanceof QueryExpression.Call call && call.function() == QueryFunction.ID);
    }

    /** A primary expression with what may follow it: conditions in brackets, and steps from there. */
    private QueryExpression filtered() {
        if (++terms > MAX_TERMS) {
            throw error("query of more than " + MAX_TERMS + " terms");
        }
        int start = at;
        QueryExpression value = primary();
        if (!peekSymbol("[") && !peekSymbol("/")) {
            return value;
        }
        if (!isNodes(value)) {
            at = start;
            throw error("only what a path selects can be filtered");
        }
        List<QueryExpression> conditions = conditions();
        QueryExpression base = conditions.isEmpty() ? value : new QueryExpression.Filter(value, conditions);
        List<QueryStep> steps = new ArrayList<>();
        furtherSteps(steps);
        return steps.isEmpty() ? base : new QueryExpression.Path(base, List.copyOf(steps));
    }

    private QueryExpression primary() {
        space();
        char c = peek();
        if (c == '\'' || c == '"') {
            return literal(c);
        }
        if (isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
            return number();
        }
        if (c == '(') {
            at++;
            QueryExpression inner = either();
            expect(")");
            return inner;
        }
        if (isNameStart(c)) {
            int start = at;
            String name = name();
            space();
            if (peek() == '(' && !NODE_TYPES.containsKey(name)) {
                return call(name, start);
            }
            at = start;
        }
        return path();
    }

    private QueryExpression literal(char quote) {
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw error("literal without closing quote");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return new QueryExpression.Constant(value);
    }

    private QueryExpression number() {
        int start = at;
        while (isDigit(peek())) {
            at++;
        }
        if (peek() == '.') {
            at++;
            while (isDigit(peek())) {
                at++;
            }
        }
        return new QueryExpression.Constant(Double.valueOf(text.substring(start, at)));
    }

    private QueryExpression call(String name, int start) {
        QueryFunction function = QueryFunction.named(name);
        if (function == null) {
            at = start;
            throw error("unknown function " + name + "()");
        }
        expect("(");
        List<QueryExpression> arguments = new ArrayList<>();
        if (!symbol(")")) {
            do {
                arguments.add(either());
            } while (symbol(","));
            expect(")");
        }
        if (arguments.size() < function.least || arguments.size() > function.most) {
            at = start;
            throw error(name + "() takes " + function.least + " to " + function.most + " arguments");
        }
        if (function.wantsNodes() && !arguments.isEmpty() && !isNodes(arguments.get(0))) {
            at = start;
            throw error(name + "() takes a path");
        }
        return new QueryExpression.Call(function, List.copyOf(arguments));
    }

    private QueryExpression path() {
        List<QueryStep> steps = new ArrayList<>();
        QueryExpression base = null;
        if (symbol("//")) {
            base = new QueryExpression.Root();
            deepStep(steps);
        } else if (symbol("/")) {
            base = new QueryExpression.Root();
            space();
            if (isStepStart(peek())) {
                steps.add(step());
            }
        } else {
            steps.add(step());
        }
        if (!steps.isEmpty()) {
            furtherSteps(steps);
        }
        return new QueryExpression.Path(base, List.copyOf(steps));
    }

    private void furtherSteps(List<QueryStep> steps) {
        while (true) {
            if (symbol("//")) {
                deepStep(steps);
            } else if (symbol("/")) {
                steps.add(step());
            } else {
                return;
            }
        }
    }

    private void deepStep(List<QueryStep> steps) {
        QueryStep step = step();
        QueryStep walk = step.anywhere();
        if (walk == null) {
            steps.add(QueryStep.ANYWHERE);
            steps.add(step);
        } else {
            steps.add(walk);
        }
    }

    private QueryStep step() {
        space();
        if (symbol("..")) {
            return abbreviated(QueryStep.Axis.PARENT);
        }
        if (symbol(".")) {
            return abbreviated(QueryStep.Axis.SELF);
        }
        QueryStep.Axis axis = QueryStep.Axis.CHILD;
        if (symbol("@")) {
            axis = QueryStep.Axis.ATTRIBUTE;
        } else if (isNameStart(peek())) {
            int start = at;
            String word = name();
            if (symbol("::")) {
                axis = QueryStep.Axis.named(word);
                if (axis == null) {
                    at = start;
                    throw error("unknown axis " + word);
                }
            } else {
                at = start;
            }
        }
        QueryStep.Test test = test();
        return new QueryStep(axis, test, conditions());
    }

    private static QueryStep abbreviated(QueryStep.Axis axis) {
        return new QueryStep(axis, new QueryStep.Test(QueryStep.Kind.ANY, ""), List.of());
    }

    private QueryStep.Test test() {
        space();
        if (symbol("*")) {
            return new QueryStep.Test(QueryStep.Kind.ELEMENT, "*");
        }
        if (!isNameStart(peek())) {
            throw error(at < text.length() ? "unexpected '" + peek() + "'" : "unexpected end");
        }
        int start = at;
        String name = name();
        if (!peekSymbol("(")) {
            return new QueryStep.Test(QueryStep.Kind.ELEMENT, prefixed(name));
        }
        QueryStep.Kind kind = NODE_TYPES.get(name);
        if (kind == null) {
            at = start;
            throw error(name + "() is not supported in a path");
        }
        expect("(");
        space();
        if (name.equals("processing-instruction") && (peek() == '\'' || peek() == '"')) {
            literal(peek());
        }
        expect(")");
        return new QueryStep.Test(kind, "");
    }

    /** Descriptions know no name spaces: a prefix is part of the name. */
    private String prefixed(String name) {
        if (peek() != ':' || text.startsWith("::", at)) {
            return name;
        }
        at++;
        if (peek() == '*') {
            at++;
            return name + ":*";
        }
        if (!isNameStart(peek())) {
            throw error("expected a name after ':'");
        }
        return name + ":" + name();
    }

    private List<QueryExpression> conditions() {
        List<QueryExpression> conditions = new ArrayList<>();
        while (symbol("[")) {
            conditions.add(either());
            expect("]");
        }
        return List.copyOf(conditions);
    }

    private String name() {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Takes an operator that is a word, which must not run on into a longer name. */
    private boolean word(String operator) {
        space();
        int end = at + operator.length();
        if (!text.startsWith(operator, at) || (end < text.length() && isNamePart(text.charAt(end)))) {
            return false;
        }
        at = end;
        return true;
    }

    private boolean symbol(String symbol) {
        if (!peekSymbol(symbol)) {
            return false;
        }
        at += symbol.length();
        return true;
    }

    private boolean peekSymbol(String symbol) {
        space();
        return text.startsWith(symbol, at);
    }

    private void expect(String symbol) {
        if (!symbol(symbol)) {
            throw error("expected '" + symbol + "'");
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isStepStart(char c) {
        return c == '.' || c == '*' || c == '@' || isNameStart(c);
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
    }

    private LslQueryException error(String problem) {
        return new LslQueryException(problem, at);
    }
}
