package dev.sinal.lsl.protocol;

import dev.sinal.lsl.LslQueryException;
import java.util.ArrayList;
import java.util.List;

/** Recursive descent over the text of a query. */
final class QueryParser {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;
    private int depth;

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
        QueryExpression left = primary();
        while (symbol("|")) {
            QueryExpression right = primary();
            if (!isNodes(left) || !isNodes(right)) {
                at = start;
                throw error("'|' joins paths only");
            }
            left = new QueryExpression.Union(left, right);
        }
        return left;
    }

    private static boolean isNodes(QueryExpression expression) {
        return expression instanceof QueryExpression.Path || expression instanceof QueryExpression.Union;
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
            if (peek() == '(' && !name.equals("text") && !name.equals("node")) {
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
        List<QueryExpression.Step> steps = new ArrayList<>();
        boolean absolute = false;
        boolean deep = symbol("//");
        if (deep) {
            absolute = true;
        } else if (symbol("/")) {
            absolute = true;
            space();
            if (!isStepStart(peek())) {
                return new QueryExpression.Path(true, List.of());
            }
        }
        steps.add(step(deep));
        while (true) {
            if (symbol("//")) {
                steps.add(step(true));
            } else if (symbol("/")) {
                steps.add(step(false));
            } else {
                return new QueryExpression.Path(absolute, List.copyOf(steps));
            }
        }
    }

    private QueryExpression.Step step(boolean deep) {
        space();
        QueryExpression.Kind kind;
        String name = "*";
        if (symbol("..")) {
            kind = QueryExpression.Kind.PARENT;
        } else if (symbol(".")) {
            kind = QueryExpression.Kind.SELF;
        } else if (symbol("*")) {
            kind = QueryExpression.Kind.CHILD;
        } else if (isNameStart(peek())) {
            kind = QueryExpression.Kind.CHILD;
            int start = at;
            name = name();
            if (symbol("::")) {
                at = start;
                throw error("axes are not supported");
            }
            if (peekSymbol("(")) {
                expect("(");
                expect(")");
                if (!name.equals("text")) {
                    at = start;
                    throw error(name + "() is not supported in a path");
                }
                kind = QueryExpression.Kind.TEXT;
            }
        } else {
            throw error(at < text.length() ? "unexpected '" + peek() + "'" : "unexpected end");
        }
        List<QueryExpression> filters = new ArrayList<>();
        while (symbol("[")) {
            filters.add(either());
            expect("]");
        }
        return new QueryExpression.Step(kind, deep, name, List.copyOf(filters));
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
        return c == '.' || c == '*' || isNameStart(c);
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
