package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;

class TrimmedMean1RuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("trimmed-mean-1", 2);
    }
}
