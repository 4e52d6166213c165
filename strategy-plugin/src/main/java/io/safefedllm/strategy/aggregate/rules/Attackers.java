package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.Optional;

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

    /**
     * Returns why the rule must refuse to work: there are no rows, or they cannot bear the number; nothing where it may.
     *
     * @param rows how many rows there are
     * @param most what they can bear
     */
    Optional<RuleOutcome> refusal(int rows, int most) {
        if (rows == 0) {
            return Optional.of(new NoAggregate(NoAggregate.Reason.NO_ROWS));
        }
        return refused(most) ? Optional.of(new NoAggregate(NoAggregate.Reason.TOO_MANY_ATTACKERS)) : Optional.empty();
    }
}
