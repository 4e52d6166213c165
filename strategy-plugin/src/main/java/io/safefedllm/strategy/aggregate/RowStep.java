package io.safefedllm.strategy.aggregate;

import java.util.List;

/**
 * A step that puts other rows in place of a round's rows before a rule combines them: means of several, or scaled ones.
 *
 * <p>Stateless and thread-safe; the input is not changed. Absent rows (BL-0.3) have left before the step.
 */
public interface RowStep {

    /** Returns the name under which the table of rules knows the step. */
    String name();

    /** Returns whether the new rows depend on the adapter that the rows started from (G). */
    boolean needsGlobal();

    /** Makes the new rows. There may be none: then no row takes part, or the step refuses. */
    Prepared prepare(RuleInput input);

    /**
     * What a step made.
     *
     * @param input the new rows and their weights; reading them reads the old ones, so it lives as long as they do
     * @param origins for each new row the old rows that it is made of, ascending
     * @param degraded whether the assumed number of attackers was lowered (BL-0.6)
     * @param refused whether it would have to be lowered but must not be
     */
    record Prepared(RuleInput input, List<List<Integer>> origins, boolean degraded, boolean refused) {

        /** Copies the origins. */
        public Prepared {
            origins = List.copyOf(origins);
        }
    }
}
