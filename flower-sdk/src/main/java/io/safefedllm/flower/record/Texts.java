package io.safefedllm.flower.record;

/** Checks text that will be sent as UTF-8. */
final class Texts {
    private Texts() {}

    /** Refuses half surrogate pairs, which UTF-8 cannot say. */
    static void requireEncodable(String what, String text) {
        boolean half = text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (half) {
            throw new IllegalArgumentException(what + " must not have half a surrogate pair: '" + text + "'");
        }
    }

    /** Refuses names that UTF-8 cannot say. */
    static void requireEncodable(Iterable<String> names) {
        names.forEach(name -> requireEncodable("a name in a record", name));
    }
}
