package io.safefedllm.client.template;

/**
 * A word of an expression.
 *
 * @param kind what it is
 * @param text as written; of strings the content
 */
record Token(Kind kind, String text) {
    enum Kind {
        NAME,
        STRING,
        NUMBER,
        OPERATOR,
        END
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }
}
