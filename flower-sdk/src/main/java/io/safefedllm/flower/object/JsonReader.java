package io.safefedllm.flower.object;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the two shapes of JSON that occur in objects: an object of strings, and the body of an Array.
 *
 * <p>Nothing recurses and every collection has a bound, so that text of a stranger costs no more than its length. Anything
 * else, repeated keys and half surrogate pairs included, is malformed. Not thread-safe; used once.
 */
final class JsonReader {
    private static final int MAX_DIGITS = 10;

    private final String text;
    private final InflateLimits limits;
    private int at;

    JsonReader(String text, InflateLimits limits) {
        this.text = text;
        this.limits = limits;
    }

    /** Reads an object of at most {@code maxEntries} strings, keeping the order. */
    Map<String, String> object(int maxEntries) throws MalformedObjectException {
        Map<String, String> entries = new LinkedHashMap<>();
        members(() -> {
            String key = string();
            expect(':');
            if (entries.size() == maxEntries || entries.put(key, string()) != null) {
                throw malformed("has a key twice, or more than " + maxEntries + " keys");
            }
        });
        return entries;
    }

    /** The body of an Array object. */
    record ArrayBody(String dtype, List<Integer> shape, String stype, List<Integer> chunkIndices) {}

    /** Reads the body of an Array object. */
    ArrayBody array(int maxAxes) throws MalformedObjectException {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, List<Integer>> lists = new LinkedHashMap<>();
        members(() -> {
            String key = string();
            expect(':');
            boolean twice =
                    switch (key) {
                        case "dtype", "stype" -> texts.put(key, string()) != null;
                        case "shape" -> lists.put(key, integers(maxAxes)) != null;
                        case "arraychunk_ids" -> lists.put(key, integers(limits.maxChunks())) != null;
                        default -> true;
                    };
            if (twice) {
                throw malformed("has a surplus key " + MalformedObjectException.quote(key));
            }
        });
        String dtype = texts.get("dtype");
        String stype = texts.get("stype");
        List<Integer> shape = lists.get("shape");
        List<Integer> indices = lists.get("arraychunk_ids");
        if (dtype == null || stype == null || shape == null || indices == null) {
            throw malformed("lacks one of dtype, shape, stype, arraychunk_ids");
        }
        return new ArrayBody(dtype, shape, stype, indices);
    }

    /** Something that reads one element. */
    private interface Element {
        void read() throws MalformedObjectException;
    }

    private void members(Element member) throws MalformedObjectException {
        sequence('{', '}', member);
        skipSpace();
        if (at != text.length()) {
            throw malformed("goes on after its end");
        }
    }

    private void sequence(char open, char close, Element element) throws MalformedObjectException {
        expect(open);
        if (tryTake(close)) {
            return;
        }
        do {
            element.read();
        } while (tryTake(','));
        expect(close);
    }

    private List<Integer> integers(int maxSize) throws MalformedObjectException {
        List<Integer> values = new ArrayList<>();
        sequence('[', ']', () -> {
            if (values.size() == maxSize) {
                throw malformed("has a list of more than " + maxSize + " numbers");
            }
            values.add(integer());
        });
        return values;
    }

    private int integer() throws MalformedObjectException {
        skipSpace();
        int start = at;
        long value = 0;
        while (at < text.length() && at - start <= MAX_DIGITS && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = value * 10 + (text.charAt(at++) - '0');
        }
        boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
        if (at == start || leadingZero || value > Integer.MAX_VALUE) {
            throw malformed("has no integer in [0, " + Integer.MAX_VALUE + "] at " + start);
        }
        return (int) value;
    }

    private String string() throws MalformedObjectException {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ' || value.length() == limits.maxNameLength()) {
                throw malformed("has a string with a raw control character or of more than " + limits.maxNameLength());
            }
            value.append(c == '\\' ? escape() : c);
        }
        at++;
        if (!Utf16.isWellFormed(value)) {
            throw malformed("has a string with half a surrogate pair");
        }
        return value.toString();
    }

    private char escape() throws MalformedObjectException {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> hexadecimal();
            default -> throw malformed("has an unknown escape at " + at);
        };
    }

    private char hexadecimal() throws MalformedObjectException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0 || peek() > 'f') {
                throw malformed("has a bad \\u escape at " + at);
            }
            value = value << 4 | digit;
            at++;
        }
        return (char) value;
    }

    private char peek() throws MalformedObjectException {
        if (at >= text.length()) {
            throw malformed("ends early");
        }
        return text.charAt(at);
    }

    private void expect(char c) throws MalformedObjectException {
        if (!tryTake(c)) {
            throw malformed("lacks '" + c + "' at " + at);
        }
    }

    private boolean tryTake(char c) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private static MalformedObjectException malformed(String what) {
        return new MalformedObjectException("JSON body " + what);
    }
}
