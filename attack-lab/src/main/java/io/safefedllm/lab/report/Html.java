package io.safefedllm.lab.report;

import java.util.Locale;

/** Small pieces of markup. Numbers are written the same in every locale. */
final class Html {
    private Html() {}

    /** Returns {@code text} with every character escaped that means something in HTML, attributes included. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Returns {@code value} with {@code digits} digits after the point. */
    static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Returns a coordinate with one digit after the point. */
    static String at(double coordinate) {
        return fixed(coordinate, 1);
    }

    /** Returns {@code pattern} filled in as by {@link String#format} without a locale. */
    static String fill(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
