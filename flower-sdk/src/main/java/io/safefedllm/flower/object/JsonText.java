package io.safefedllm.flower.object;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes JSON as Python's {@code json.dumps} does by default, since ids are hashes of it. */
final class JsonText {
    private JsonText() {}

    /** Returns an object of strings, in iteration order. */
    static String object(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> string(entry.getKey()) + ": " + string(entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Returns the body of an Array object. */
    static String array(String dtype, List<Integer> shape, String stype, List<Integer> chunkIndices) {
        return "{\"dtype\": " + string(dtype) + ", \"shape\": " + shape + ", \"stype\": " + string(stype)
                + ", \"arraychunk_ids\": " + chunkIndices + "}";
    }

    private static String string(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        value.chars().forEach(c -> append(text, (char) c));
        return text.append('"').toString();
    }

    private static void append(StringBuilder text, char c) {
        switch (c) {
            case '"', '\\' -> text.append('\\').append(c);
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '\b' -> text.append("\\b");
            case '\f' -> text.append("\\f");
            default -> {
                if (c >= ' ' && c < 0x7f) {
                    text.append(c);
                } else {
                    text.append(String.format("\\u%04x", (int) c));
                }
            }
        }
    }
}
