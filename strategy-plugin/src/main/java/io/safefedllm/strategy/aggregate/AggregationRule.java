package io.safefedllm.strategy.aggregate;

import java.util.Optional;

/**
 * One way to combine the rows of a round into one.
 *
 * <p>Every rule is stateless and thread-safe, changes neither the store nor the weights, draws nothing and logs nothing.
 * Rows of weight 0 and rows with a non-finite element count as absent, before any other number is formed (BL-0.3). The
 * result depends on the weights only through their ratios (BL-0.5), and equal weights give the unweighted rule (BL-0.4).
 * Equal keys are resolved by the smaller row index unless the rule says otherwise (BL-0.8).
 */
public interface AggregationRule {

    /** Returns the name under which {@link AggregationRules#named(String, int)} knows the rule. */
    String name();

    /**
     * Returns which weight the rule takes: true for effective samples e = n w (the mean), false for the security weight
     * w alone, since self-reported sample counts never enter a robust rule (BL-0.2).
     */
    boolean countsSamples();

    /**
     * Combines the rows.
     *
     * @param weights one weight a row, finite and not negative
     * @return the combined row, or nothing if no row is left
     * @throws IllegalArgumentException if a weight is negative or not finite, or their number is not that of the rows
     */
    Optional<Aggregate> combine(UpdateStore store, double[] weights);
}
