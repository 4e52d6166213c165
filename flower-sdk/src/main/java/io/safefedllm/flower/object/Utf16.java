package io.safefedllm.flower.object;

/** Checks Java strings for half surrogate pairs, which have no UTF-8. */
final class Utf16 {
    private Utf16() {}

    static boolean isWellFormed(CharSequence text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
