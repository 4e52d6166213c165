package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts what stands between braces into words. */
final class ExpressionLexer {
    private static final Pattern WORD = Pattern.compile(
            "\\s*(?:([\\p{L}_][\\p{L}\\p{N}_]*)"
                    + "|(\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)"
                    + "|(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')"
                    + "|(\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=|.,:()\\[\\]{}]))",
            Pattern.DOTALL);

    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^xu])", Pattern.DOTALL);

    private ExpressionLexer() {}

    static List<Token> cut(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        int at = 0;
        while (at < text.length() && !text.substring(at).isBlank()) {
            if (!word.find(at) || word.start() != at) {
                throw new TemplateException(
                        "unexpected '" + text.substring(at).strip().charAt(0) + "' in '" + text + "'");
            }
            tokens.add(token(word));
            at = word.end();
        }
        tokens.add(new Token(Token.Kind.END, ""));
        return tokens;
    }

    private static Token token(Matcher word) {
        String name = word.group(1);
        String number = word.group(2);
        String string = word.group(3);
        if (name != null) {
            return new Token(Token.Kind.NAME, name);
        }
        if (number != null) {
            return new Token(Token.Kind.NUMBER, number);
        }
        if (string != null) {
            return new Token(Token.Kind.STRING, unescaped(string.substring(1, string.length() - 1)));
        }
        return new Token(Token.Kind.OPERATOR, word.group(4));
    }

    /** Python's escapes; one that it does not know stays as it is written. */
    private static String unescaped(String literal) {
        return ESCAPE.matcher(literal).replaceAll(match -> Matcher.quoteReplacement(escaped(match.group())));
    }

    private static String escaped(String escape) {
        return switch (escape.charAt(1)) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '\\', '\'', '"' -> escape.substring(1);
            case '\n' -> "";
            case 'x', 'u' -> Character.toString(Integer.parseInt(escape.substring(2), 16));
            default -> escape;
        };
    }
}
