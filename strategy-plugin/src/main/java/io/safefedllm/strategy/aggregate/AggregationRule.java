package io.safefedllm.strategy.aggregate;

/**
 * One way to combine the rows of a round into one.
 *
 * <p>Every rule is stateless and thread-safe and logs nothing; what it carries from round to round and what it draws come
 * with the {@link RuleInput}, and nothing in the input is changed. Rows of weight 0 and rows with a non-finite element
 * count as absent, before any other number is formed (BL-0.3). The result depends on the weights only through their ratios
 * (BL-0.5), and equal weights give the unweighted rule (BL-0.4). Equal keys are resolved by the smaller row index unless
 * the rule says otherwise (BL-0.8).
 */
public interface AggregationRule {

    /** Returns the name under which the table of rules knows the rule. */
    String name();

    /**
     * Returns which weight the rule takes: true for effective samples e = n w (the mean), false for the security weight
     * w alone, since self-reported sample counts never enter a robust rule (BL-0.2).
     */
    boolean countsSamples();

    /**
     * Returns whether the result depends on the adapter that the rows started from (G); rules for which it does not may be
     * given {@link GlobalValues#zero()}.
     */
    boolean needsGlobal();

    /** Combines the rows: an {@link Aggregate}, or a {@link NoAggregate} that says why there is none. */
    RuleOutcome combine(RuleInput input);
}
