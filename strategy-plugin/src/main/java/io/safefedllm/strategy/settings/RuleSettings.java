package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleChoice;
import io.safefedllm.strategy.optimize.OptimizerSettings;
import io.safefedllm.strategy.optimize.ServerOptimizer;
import io.safefedllm.strategy.optimize.ServerOptimizers;

/**
 * How adapters are combined, and what the server makes of the result.
 *
 * @param choice the rule with its parameters
 * @param weightsInRules whether weights enter every rule; otherwise only those that the authors' code weighs (SF-5.2)
 * @param optimizer one of {@link ServerOptimizers#names()}
 * @param numbers the optimiser's numbers
 */
public record RuleSettings(RuleChoice choice, boolean weightsInRules, String optimizer, OptimizerSettings numbers) {

    /** Returns the rule's name. */
    public String name() {
        return choice.name();
    }

    /**
     * Returns the rule.
     *
     * @throws IllegalArgumentException if there is no such rule, or it lacks a number or has one that is not allowed
     */
    public AggregationRule rule() {
        return AggregationRules.of(choice);
    }

    /**
     * Returns the server optimiser.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public ServerOptimizer serverOptimizer() {
        return ServerOptimizers.named(optimizer, numbers);
    }
}
