package io.safefedllm.flower.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a {@code .npy} file, versions 1.0, 2.0 and 3.0, from bytes of a stranger.
 *
 * <p>The header is a Python literal. Only what NumPy writes is understood: one dictionary with exactly the keys {@code
 * descr} (a string), {@code fortran_order} and {@code shape}, in any order. Not thread-safe; used once.
 */
final class NpyParser {
    /** As NumPy's own reader: a longer header is refused before it is looked at. */
    static final int MAX_HEADER_BYTES = 10_000;
    /** NumPy 2 allows 64 axes. */
    static final int MAX_AXES = 64;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_DIGITS = 10;

    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable List<Integer> shape;

    private NpyParser(String text) {
        this.text = text;
    }

    /** Returns where the data begins; the bytes before it are magic, version, length and header text. */
    static int dataOffset(byte[] npy) throws FormatException {
        if (npy.length < NpyHeader.PREAMBLE || !startsWithMagic(npy)) {
            throw new FormatException("not a .npy file: the first bytes are not \\x93NUMPY");
        }
        int major = npy[6];
        if (major < 1 || major > 3 || npy[7] != 0) {
            throw new FormatException(
                    "unknown .npy version " + major + "." + npy[7] + "; 1.0, 2.0 and 3.0 can be read");
        }
        int lengthBytes = major == 1 ? 2 : 4;
        long length = 0;
        for (int i = Math.min(8 + lengthBytes, npy.length) - 1; i >= 8; i--) {
            length = (length << 8) | (npy[i] & 0xff);
        }
        long end = 8 + lengthBytes + length;
        if (length > MAX_HEADER_BYTES || end > npy.length) {
            throw new FormatException(
                    ".npy header of " + length + " bytes does not fit the file or is longer than " + MAX_HEADER_BYTES);
        }
        return (int) end;
    }

    private static boolean startsWithMagic(byte[] npy) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (npy[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads the header text that ends before {@code dataOffset}, a result of {@link #dataOffset}. */
    static NpyHeader parse(byte[] npy, int dataOffset) throws FormatException {
        int start = npy[6] == 1 ? NpyHeader.PREAMBLE : NpyHeader.PREAMBLE + 2;
        return new NpyParser(new String(npy, start, dataOffset - start, StandardCharsets.ISO_8859_1)).dictionary();
    }

    private NpyHeader dictionary() throws FormatException {
        expect('{');
        while (!tryTake('}')) {
            entry(string());
            if (!tryTake(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (at != text.length() || descr == null || fortranOrder == null || shape == null) {
            throw malformed("must be one dictionary with 'descr', 'fortran_order' and 'shape'");
        }
        return new NpyHeader(descr, fortranOrder, shape);
    }

    private void entry(String key) throws FormatException {
        expect(':');
        switch (key) {
            case "descr" -> {
                refuseTwice(descr, key);
                descr = string();
            }
            case "fortran_order" -> {
                refuseTwice(fortranOrder, key);
                fortranOrder = bool();
            }
            case "shape" -> {
                refuseTwice(shape, key);
                shape = tuple();
            }
            default -> throw malformed("has a key other than 'descr', 'fortran_order' and 'shape'");
        }
    }

    private void refuseTwice(@Nullable Object present, String key) throws FormatException {
        if (present != null) {
            throw malformed("has '" + key + "' twice");
        }
    }

    private String string() throws FormatException {
        skipSpace();
        char quote = at < text.length() ? text.charAt(at) : 0;
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw malformed("lacks a string at " + at);
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private boolean bool() throws FormatException {
        skipSpace();
        if (text.startsWith("True", at)) {
            at += 4;
            return true;
        }
        if (text.startsWith("False", at)) {
            at += 5;
            return false;
        }
        throw malformed("has a 'fortran_order' that is neither True nor False");
    }

    private List<Integer> tuple() throws FormatException {
        List<Integer> sizes = new ArrayList<>();
        expect('(');
        boolean separated = true;
        while (!tryTake(')')) {
            if (!separated || sizes.size() == MAX_AXES) {
                throw malformed("has a 'shape' that is not a tuple of at most " + MAX_AXES + " sizes");
            }
            sizes.add(size());
            separated = tryTake(',');
        }
        if (sizes.size() == 1 && !separated) {
            throw malformed("has a 'shape' that is a number and not a tuple");
        }
        return sizes;
    }

    private int size() throws FormatException {
        skipSpace();
        int start = at;
        long value = 0;
        while (at < text.length() && at - start <= MAX_DIGITS && isDigit(text.charAt(at))) {
            value = value * 10 + (text.charAt(at++) - '0');
        }
        if (at == start || value > Integer.MAX_VALUE) {
            throw malformed("has a size that is not an integer in [0, " + Integer.MAX_VALUE + "]");
        }
        return (int) value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void expect(char c) throws FormatException {
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

    private static FormatException malformed(String what) {
        return new FormatException(".npy header " + what);
    }
}
