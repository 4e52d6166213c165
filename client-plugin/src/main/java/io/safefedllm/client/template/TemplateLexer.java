package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into text, outputs and statements and settles all white space, as Jinja does with {@code trim_blocks} and
 * {@code lstrip_blocks}: the first line end after a statement or comment vanishes, and so does white space between the start of a line
 * and a statement or comment; {@code -} beside a brace takes all white space on that side, {@code +} keeps it.
 */
final class TemplateLexer {
    private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*-?%}");
    private static final Pattern END_RAW = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%}");

    private final String source;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;
    private boolean lineStart = true;

    private TemplateLexer(String source) {
        this.source = source;
    }

    static List<Piece> cut(String template) {
        String unix = template.replace("\r\n", "\n").replace('\r', '\n');
        TemplateLexer lexer = new TemplateLexer(unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix);
        lexer.run();
        return lexer.pieces;
    }

    private void run() {
        while (at < source.length()) {
            int open = nextOpen();
            text(source.substring(at, open), open);
            at = open;
            if (at < source.length()) {
                tag();
            }
        }
    }

    private int nextOpen() {
        int open = source.indexOf('{', at);
        while (open >= 0 && open + 1 < source.length()) {
            if ("{%#".indexOf(source.charAt(open + 1)) >= 0) {
                return open;
            }
            open = source.indexOf('{', open + 1);
        }
        return source.length();
    }

    private void text(String raw, int open) {
        String text = raw;
        if (open < source.length()) {
            char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
            boolean block = source.charAt(open + 1) != '{';
            if (sign == '-') {
                text = text.stripTrailing();
            } else if (block && sign != '+') {
                text = withoutIndent(text);
            }
        }
        if (!text.isEmpty()) {
            pieces.add(new Piece(Piece.Kind.TEXT, text, line(at)));
        }
    }

    /** Takes white space off that stands between the start of the line and the end of the text. */
    private String withoutIndent(String text) {
        int start = text.lastIndexOf('\n') + 1;
        boolean fromLineStart = start > 0 || lineStart;
        return fromLineStart && text.substring(start).isBlank() ? text.substring(0, start) : text;
    }

    private void tag() {
        Matcher raw = RAW.matcher(source).region(at, source.length());
        if (raw.lookingAt()) {
            raw(raw);
            return;
        }
        switch (source.charAt(at + 1)) {
            case '#' -> comment();
            case '%' -> code(Piece.Kind.STATEMENT, "%}");
            default -> code(Piece.Kind.OUTPUT, "}}");
        }
    }

    private void comment() {
        int close = source.indexOf("#}", at + 2);
        if (close < 0) {
            throw new TemplateException("line " + line(at) + ": a comment is not closed");
        }
        leave(close, 2, true);
    }

    private void raw(Matcher raw) {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(raw.end())) {
            throw new TemplateException("line " + line(at) + ": raw has no endraw");
        }
        int from = raw.end();
        boolean trimmed = raw.group().endsWith("-%}");
        if (!trimmed && from < end.start() && source.charAt(from) == '\n') {
            from++;
        }
        String body = source.substring(from, end.start());
        body = trimmed ? body.stripLeading() : body;
        if (source.charAt(end.start() + 2) == '-') {
            body = body.stripTrailing();
        }
        pieces.add(new Piece(Piece.Kind.TEXT, body, line(at)));
        leave(end.end() - 2, 2, true);
    }

    private void code(Piece.Kind kind, String closing) {
        int close = closing(at + 2, closing);
        int from = at + 2;
        int to = close;
        if (source.charAt(from) == '-' || source.charAt(from) == '+') {
            from++;
        }
        char last = source.charAt(close - 1);
        if (close > from && (last == '-' || (last == '+' && kind == Piece.Kind.STATEMENT))) {
            to--;
        }
        pieces.add(new Piece(kind, source.substring(from, to).strip(), line(at)));
        leave(close, 2, kind == Piece.Kind.STATEMENT);
    }

    /** Finds the end of a tag; braces inside strings and dictionaries do not count. */
    private int closing(int from, String closing) {
        int depth = 0;
        int i = from;
        while (i < source.length()) {
            char c = source.charAt(i);
            if (depth == 0 && source.startsWith(closing, i)) {
                return i;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            i = 1 + (c == '"' || c == '\'' ? endOfString(i) : i);
        }
        throw new TemplateException("line " + line(from) + ": a tag is not closed with " + closing);
    }

    private int endOfString(int open) {
        int i = open + 1;
        while (i < source.length() && source.charAt(i) != source.charAt(open)) {
            i += source.charAt(i) == '\\' ? 2 : 1;
        }
        if (i >= source.length()) {
            throw new TemplateException("line " + line(open) + ": a string is not closed");
        }
        return i;
    }

    /** Steps over the end of a tag and the white space that goes with it. */
    private void leave(int close, int length, boolean block) {
        char sign = source.charAt(close - 1);
        int end = close + length;
        lineStart = false;
        if (sign == '-') {
            while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
                end++;
            }
            lineStart = source.charAt(end - 1) == '\n';
        } else if (block && sign != '+' && end < source.length() && source.charAt(end) == '\n') {
            end++;
            lineStart = true;
        }
        at = end;
    }

    private int line(int position) {
        return 1
                + (int) source.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }
}
