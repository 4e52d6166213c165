package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** JSON as Python's {@code json.dumps} writes it with {@code ensure_ascii=False}, the way transformers does. */
final class PythonJson {
    private final Optional<String> indent;
    private final StringBuilder out = new StringBuilder();

    private PythonJson(Optional<String> indent) {
        this.indent = indent;
    }

    static String write(Object value, Arguments arguments) {
        Optional<String> indent = arguments
                .get(0, "indent")
                .filter(Long.class::isInstance)
                .map(width -> " ".repeat((int) Math.max(0, Math.min(16, (Long) width))));
        PythonJson json = new PythonJson(indent);
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Boolean || value instanceof Long || value instanceof Double) {
            out.append(value);
        } else if (value == None.NONE) {
            out.append("null");
        } else if (value instanceof List<?> list) {
            List<Runnable> items = new ArrayList<>();
            list.forEach(item -> items.add(() -> value(item, depth + 1)));
            block('[', items, ']', depth);
        } else if (value instanceof Map<?, ?> map) {
            List<Runnable> items = new ArrayList<>();
            map.forEach((key, item) -> items.add(() -> {
                text(Values.print(key));
                out.append(": ");
                value(item, depth + 1);
            }));
            block('{', items, '}', depth);
        } else {
            throw new TemplateException("a " + Values.kind(value) + " has no form in JSON");
        }
    }

    private void block(char open, List<Runnable> items, char close, int depth) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.append(indent.isPresent() ? "," : ", ");
            }
            newLine(depth + 1);
            items.get(i).run();
        }
        if (!items.isEmpty()) {
            newLine(depth);
        }
        out.append(close);
    }

    private void newLine(int depth) {
        indent.ifPresent(step -> out.append('\n').append(step.repeat(depth)));
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
