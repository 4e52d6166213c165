package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads expressions with Jinja's order of operators: if-else, or, and, not, comparisons, + -, ~, * / // %, signs, filters and tests. */
final class ExpressionParser {
    private static final int DEEPEST = 200;
    private static final int SLICE_PARTS = 3;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final String text;
    private final List<Token> tokens;
    private int at;
    private int depth;

    ExpressionParser(String text) {
        this.text = text;
        this.tokens = ExpressionLexer.cut(text);
    }

    /** Reads a whole text as one expression. */
    static Expression parse(String text) {
        ExpressionParser parser = new ExpressionParser(text);
        Expression expression = parser.expression();
        parser.expectEnd();
        return expression;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean skipName(String name) {
        boolean found = peek().isName(name);
        at += found ? 1 : 0;
        return found;
    }

    boolean skip(String operator) {
        boolean found = peek().isOperator(operator);
        at += found ? 1 : 0;
        return found;
    }

    void expect(String operator) {
        if (!skip(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    String name() {
        Token token = next();
        if (token.kind() != Token.Kind.NAME) {
            throw new TemplateException("a name must stand where '" + token.text() + "' is in '" + text + "'");
        }
        return token.text();
    }

    void expectEnd() {
        if (peek().kind() != Token.Kind.END) {
            throw unexpected("the end");
        }
    }

    TemplateException unexpected(String wanted) {
        Token token = peek();
        String found = token.kind() == Token.Kind.END ? "the end" : "'" + token.text() + "'";
        return new TemplateException("expected " + wanted + " but found " + found + " in '" + text + "'");
    }

    Expression expression() {
        if (++depth > DEEPEST) {
            throw new TemplateException("an expression nests deeper than " + DEEPEST + " levels");
        }
        Expression value = or();
        if (skipName("if")) {
            Expression condition = or();
            Expression other = skipName("else") ? expression() : scope -> None.UNDEFINED;
            Expression chosen = value;
            value = scope -> Values.isTrue(condition.value(scope)) ? chosen.value(scope) : other.value(scope);
        }
        depth--;
        return value;
    }

    /** An expression without if-else, as the filter of a loop needs it. */
    Expression or() {
        Expression left = and();
        while (skipName("or")) {
            Expression first = left;
            Expression second = and();
            left = scope -> {
                Object value = first.value(scope);
                return Values.isTrue(value) ? value : second.value(scope);
            };
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (skipName("and")) {
            Expression first = left;
            Expression second = not();
            left = scope -> {
                Object value = first.value(scope);
                return Values.isTrue(value) ? second.value(scope) : value;
            };
        }
        return left;
    }

    private Expression not() {
        boolean negated = false;
        while (skipName("not")) {
            negated = !negated;
            if (peek().isName("not")) {
                continue;
            }
            Expression operand = comparison();
            boolean flip = negated;
            return scope -> Values.isTrue(operand.value(scope)) != flip;
        }
        return comparison();
    }

    private Expression comparison() {
        List<Expression> operands = new ArrayList<>(List.of(sum()));
        List<String> operators = new ArrayList<>();
        for (Optional<String> operator = comparator(); operator.isPresent(); operator = comparator()) {
            operators.add(operator.get());
            operands.add(sum());
        }
        if (operators.isEmpty()) {
            return operands.get(0);
        }
        return scope -> {
            Object left = operands.get(0).value(scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = operands.get(i + 1).value(scope);
                if (!Values.compare(operators.get(i), left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private Optional<String> comparator() {
        Token token = peek();
        if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            at++;
            return Optional.of(token.text());
        }
        if (skipName("in")) {
            return Optional.of("in");
        }
        if (token.isName("not") && tokens.get(at + 1).isName("in")) {
            at += 2;
            return Optional.of("not in");
        }
        return Optional.empty();
    }

    private Expression sum() {
        Expression left = concatenation();
        while (peek().isOperator("+") || peek().isOperator("-")) {
            String operator = next().text();
            Expression first = left;
            Expression second = concatenation();
            left = scope -> Values.calculate(operator, first.value(scope), second.value(scope));
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (skip("~")) {
            Expression first = left;
            Expression second = product();
            left = scope -> Values.print(first.value(scope)) + Values.print(second.value(scope));
        }
        return left;
    }

    private Expression product() {
        Expression left = signed();
        while (List.of("*", "/", "//", "%").contains(peek().text()) && peek().kind() == Token.Kind.OPERATOR) {
            String operator = next().text();
            Expression first = left;
            Expression second = signed();
            left = scope -> Values.calculate(operator, first.value(scope), second.value(scope));
        }
        return left;
    }

    private Expression signed() {
        if (skip("-")) {
            Expression operand = signed();
            return scope -> Values.calculate("-", 0L, operand.value(scope));
        }
        return filtered(postfix(primary()));
    }

    private Expression filtered(Expression start) {
        Expression value = start;
        while (true) {
            if (skip("|")) {
                String filter = name();
                Call call = peek().isOperator("(") ? call() : Call.EMPTY;
                Expression input = value;
                Filters.require(filter);
                value = scope -> Filters.apply(filter, input.value(scope), call.arguments(scope));
            } else if (skipName("is")) {
                value = test(value);
            } else {
                return value;
            }
        }
    }

    private Expression test(Expression input) {
        boolean negated = skipName("not");
        String test = name();
        Call call = Call.EMPTY;
        if (peek().isOperator("(")) {
            call = call();
        } else if (Tests.takesOperand(test)) {
            call = new Call(List.of(postfix(primary())), Map.of());
        }
        Call given = call;
        Tests.require(test);
        return scope -> Tests.holds(test, input.value(scope), given.arguments(scope)) != negated;
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            Expression owner = value;
            if (skip(".")) {
                String attribute = name();
                value = scope -> Values.attribute(owner.value(scope), attribute);
            } else if (skip("[")) {
                value = subscript(owner);
            } else if (peek().isOperator("(")) {
                Call call = call();
                value = scope -> Values.call(owner.value(scope), call.arguments(scope));
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression owner) {
        List<Optional<Expression>> parts = new ArrayList<>();
        parts.add(sliceEnd());
        while (skip(":") && parts.size() < SLICE_PARTS) {
            parts.add(sliceEnd());
        }
        expect("]");
        if (parts.size() == 1) {
            Expression key = parts.get(0).orElseThrow(() -> unexpected("an index"));
            return scope -> Values.item(owner.value(scope), key.value(scope));
        }
        return scope -> Slices.cut(
                owner.value(scope),
                parts.stream().map(part -> part.map(end -> end.value(scope))).toList());
    }

    private Optional<Expression> sliceEnd() {
        boolean empty = peek().isOperator(":") || peek().isOperator("]");
        return empty ? Optional.empty() : Optional.of(expression());
    }

    private Call call() {
        expect("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!skip(")")) {
            if (peek().kind() == Token.Kind.NAME && tokens.get(at + 1).isOperator("=")) {
                String name = name();
                expect("=");
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!peek().isOperator(")")) {
                expect(",");
            }
        }
        return new Call(positional, named);
    }

    private Expression primary() {
        Token token = next();
        return switch (token.kind()) {
            case STRING -> string(token);
            case NUMBER -> number(token.text());
            case NAME -> named(token.text());
            case OPERATOR -> bracketed(token);
            case END -> throw new TemplateException("an expression ends too early in '" + text + "'");
        };
    }

    private Expression string(Token first) {
        StringBuilder joined = new StringBuilder(first.text());
        while (peek().kind() == Token.Kind.STRING) {
            joined.append(next().text());
        }
        String value = joined.toString();
        return scope -> value;
    }

    private static Expression number(String digits) {
        if (!digits.matches("\\d+")) {
            Double value = Double.valueOf(digits);
            return scope -> value;
        }
        try {
            Long value = Long.valueOf(digits);
            return scope -> value;
        } catch (NumberFormatException e) {
            throw new TemplateException("the number " + digits + " is too large", e);
        }
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> scope -> true;
            case "false", "False" -> scope -> false;
            case "none", "None" -> scope -> None.NONE;
            default -> scope -> scope.get(name);
        };
    }

    private Expression bracketed(Token open) {
        return switch (open.text()) {
            case "(" -> parenthesised();
            case "[" -> {
                List<Expression> items = items("]");
                yield scope -> items.stream().map(item -> item.value(scope)).toList();
            }
            case "{" -> dictionary();
            default -> throw new TemplateException("unexpected '" + open.text() + "' in '" + text + "'");
        };
    }

    private Expression parenthesised() {
        Expression first = expression();
        if (skip(")")) {
            return first;
        }
        expect(",");
        List<Expression> all = new ArrayList<>(List.of(first));
        all.addAll(items(")"));
        return scope -> all.stream().map(item -> item.value(scope)).toList();
    }

    private List<Expression> items(String close) {
        List<Expression> items = new ArrayList<>();
        while (!skip(close)) {
            items.add(expression());
            if (!peek().isOperator(close)) {
                expect(",");
            }
        }
        return items;
    }

    private Expression dictionary() {
        Map<Expression, Expression> entries = new LinkedHashMap<>();
        while (!skip("}")) {
            Expression key = expression();
            expect(":");
            entries.put(key, expression());
            if (!peek().isOperator("}")) {
                expect(",");
            }
        }
        return scope -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> map.put(key.value(scope), value.value(scope)));
            return map;
        };
    }

    /**
     * The arguments of a call.
     *
     * @param positional in order
     * @param named by name
     */
    private record Call(List<Expression> positional, Map<String, Expression> named) {
        static final Call EMPTY = new Call(List.of(), Map.of());

        Arguments arguments(Scope scope) {
            Map<String, Object> values = new LinkedHashMap<>();
            named.forEach((name, value) -> values.put(name, value.value(scope)));
            return new Arguments(
                    positional.stream().map(value -> value.value(scope)).toList(), values);
        }
    }
}
