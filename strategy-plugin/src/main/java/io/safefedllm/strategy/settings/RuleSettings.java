package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import java.util.OptionalInt;

/**
 * How adapters are combined.
 *
 * @param name one of {@link AggregationRules#names()}
 * @param byzantine attackers that the rule assumes, where it wants to know
 */
public record RuleSettings(String name, OptionalInt byzantine) {
    /**
     * Returns the rule.
     *
     * @throws IllegalArgumentException if there is no such rule or it lacks the number of attackers
     */
    public AggregationRule rule() {
        return AggregationRules.named(name, byzantine);
    }
}
