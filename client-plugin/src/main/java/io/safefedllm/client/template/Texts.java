package io.safefedllm.client.template;

import java.util.Locale;

/** Python's ways with letters. */
final class Texts {
    private Texts() {}

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** First letter large, all others small. */
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return upper(text.substring(0, first)) + lower(text.substring(first));
    }

    /** Every word with a large first letter. */
    static String title(String text) {
        StringBuilder titled = new StringBuilder();
        boolean inWord = false;
        for (String character : Slices.characters(text)) {
            titled.append(inWord ? lower(character) : upper(character));
            inWord = Character.isLetter(character.codePointAt(0));
        }
        return titled.toString();
    }

    /** What Python strips: Unicode's white space and the four separators of ASCII. */
    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
