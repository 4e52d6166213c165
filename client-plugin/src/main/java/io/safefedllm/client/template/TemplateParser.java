package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts the pieces of a template together: branches, loops, assignments, outputs. */
final class TemplateParser {
    private static final Set<String> BRANCH_ENDS = Set.of("elif", "else", "endif");
    private static final Set<String> LOOP_ENDS = Set.of("else", "endfor");
    private static final int DEEPEST = 100;

    private final List<Piece> pieces;
    private int at;
    private int depth;

    private TemplateParser(List<Piece> pieces) {
        this.pieces = pieces;
    }

    static Node parse(String template) {
        return new TemplateParser(TemplateLexer.cut(template)).until(Set.of());
    }

    /** Reads up to a statement that begins with one of {@code ends}, which stays; with none, to the end. */
    private Node until(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw new TemplateException("a template nests deeper than " + DEEPEST + " levels");
        }
        List<Node> nodes = new ArrayList<>();
        while (at < pieces.size()) {
            Piece piece = pieces.get(at);
            if (piece.kind() == Piece.Kind.STATEMENT && ends.contains(keyword(piece))) {
                depth--;
                return Node.all(nodes);
            }
            at++;
            nodes.add(located(piece, node(piece)));
        }
        if (!ends.isEmpty()) {
            throw new TemplateException(
                    "the template ends where one of " + ends.stream().sorted().toList() + " must come");
        }
        return Node.all(nodes);
    }

    private static String keyword(Piece piece) {
        return piece.body().split("\\W", 2)[0];
    }

    private Node node(Piece piece) {
        try {
            return switch (piece.kind()) {
                case TEXT ->
                    (scope, out) -> {
                        out.append(piece.body());
                        return Node.Flow.NEXT;
                    };
                case OUTPUT -> {
                    Expression value = ExpressionParser.parse(piece.body());
                    yield (scope, out) -> {
                        out.append(Values.print(value.value(scope)));
                        return Node.Flow.NEXT;
                    };
                }
                case STATEMENT -> statement(piece);
            };
        } catch (TemplateException e) {
            throw new TemplateException("line " + piece.line() + ": " + e.getMessage(), e);
        }
    }

    /** A template's own refusals keep their words; all other failures say where they happened. */
    private static Node located(Piece piece, Node node) {
        if (piece.kind() == Piece.Kind.TEXT) {
            return node;
        }
        return (scope, out) -> {
            try {
                return node.render(scope, out);
            } catch (TemplateException e) {
                boolean known = String.valueOf(e.getMessage()).startsWith("line ");
                throw known ? e : new TemplateException("line " + piece.line() + ": " + e.getMessage(), e);
            }
        };
    }

    private Node statement(Piece piece) {
        ExpressionParser words = new ExpressionParser(piece.body());
        String keyword = words.name();
        return switch (keyword) {
            case "if" -> branch(words);
            case "for" -> loop(words);
            case "set" -> assignment(words);
            case "break" -> (scope, out) -> Node.Flow.BREAK;
            case "continue" -> (scope, out) -> Node.Flow.CONTINUE;
            case "generation" -> block("endgeneration");
            default ->
                throw new TemplateException("statement '" + keyword
                        + "' is not supported here; known: break, continue, for, generation, if, raw, set");
        };
    }

    private Node block(String end) {
        Node body = until(Set.of(end));
        at++;
        return body;
    }

    private Node branch(ExpressionParser words) {
        Expression condition = words.expression();
        words.expectEnd();
        Node then = until(BRANCH_ENDS);
        ExpressionParser next = new ExpressionParser(pieces.get(at++).body());
        Node otherwise =
                switch (next.name()) {
                    case "elif" -> branch(next);
                    case "else" -> block("endif");
                    default -> Node.all(List.of());
                };
        return (scope, out) ->
                Values.isTrue(condition.value(scope)) ? then.render(scope, out) : otherwise.render(scope, out);
    }

    private Node loop(ExpressionParser words) {
        List<String> names = new ArrayList<>(List.of(words.name()));
        while (words.skip(",")) {
            names.add(words.name());
        }
        if (!words.skipName("in")) {
            throw words.unexpected("'in'");
        }
        Expression items = words.or();
        Optional<Expression> filter = words.skipName("if") ? Optional.of(words.expression()) : Optional.empty();
        words.expectEnd();
        Node body = until(LOOP_ENDS);
        boolean hasElse = keyword(pieces.get(at++)).equals("else");
        Node otherwise = hasElse ? block("endfor") : Node.all(List.of());
        return new LoopNode(names, items, filter, body, otherwise);
    }

    private Node assignment(ExpressionParser words) {
        Assignment target = Assignment.read(words);
        if (words.skip("=")) {
            Expression value = tuple(words);
            words.expectEnd();
            return (scope, out) -> {
                target.set(scope, value.value(scope));
                return Node.Flow.NEXT;
            };
        }
        words.expectEnd();
        Node body = block("endset");
        return (scope, out) -> {
            StringBuilder text = new StringBuilder();
            Node.Flow flow = body.render(scope.inner(), text);
            target.set(scope, text.toString());
            return flow;
        };
    }

    private static Expression tuple(ExpressionParser words) {
        List<Expression> values = new ArrayList<>(List.of(words.expression()));
        while (words.skip(",")) {
            values.add(words.expression());
        }
        return values.size() == 1
                ? values.get(0)
                : scope -> values.stream().map(value -> value.value(scope)).toList();
    }
}
