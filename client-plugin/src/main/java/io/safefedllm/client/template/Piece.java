package io.safefedllm.client.template;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param body the text, or what stands between the braces
 * @param line where it begins, from 1
 */
record Piece(Kind kind, String body, int line) {
    enum Kind {
        TEXT,
        OUTPUT,
        STATEMENT
    }
}
