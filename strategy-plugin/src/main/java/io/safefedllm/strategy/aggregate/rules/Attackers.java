package io.safefedllm.strategy.aggregate.rules;

/**
 * How many attackers a rule is to assume (BL-0.6).
 *
 * @param assumed the number it is told, at least 0
 * @param strict whether a number that the rows cannot bear is an error (paper-faithful) instead of being lowered (hardened)
 */
record Attackers(int assumed, boolean strict) {

    /** Returns the number to work with where at most {@code most} can be borne; never below 0. */
    int tolerated(int most) {
        return Math.max(0, Math.min(assumed, most));
    }

    /** Returns whether the number has to be lowered. */
    boolean lowered(int most) {
        return assumed > Math.max(0, most);
    }

    /** Returns whether the rule must refuse to work. */
    boolean refused(int most) {
        return strict && lowered(most);
    }
}
