package io.safefedllm.strategy.aggregate.rules;

import java.util.OptionalDouble;

/** The values that a parameter of a rule (BL-8 to BL-20) may have. */
public enum ParameterKind {
    /** A whole number of at least 1. */
    COUNT("a whole number of at least 1", 1.0, Integer.MAX_VALUE, true),
    /** A number above 0. */
    POSITIVE("a number above 0", Double.MIN_VALUE, Double.MAX_VALUE, false),
    /** A number of at least 0. */
    NOT_NEGATIVE("a number of at least 0", 0.0, Double.MAX_VALUE, false),
    /** A number of at least 0 and below 1. */
    SHARE("a number of at least 0 and below 1", 0.0, Math.nextDown(1.0), false),
    /** One of the words that the parameter lists. */
    WORD("one of its words", 0.0, 0.0, false);

    private final String words;
    private final double least;
    private final double most;
    private final boolean whole;

    ParameterKind(String words, double least, double most, boolean whole) {
        this.words = words;
        this.least = least;
        this.most = most;
        this.whole = whole;
    }

    /** Returns what completes the sentence "the parameter must be ...". */
    String words() {
        return words;
    }

    /** Returns the number that the text stands for; nothing if it is none, or not allowed. */
    OptionalDouble number(String text) {
        try {
            double value = Double.parseDouble(text.strip());
            boolean allowed = value >= least && value <= most && (!whole || value == Math.rint(value));
            return allowed ? OptionalDouble.of(value) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
