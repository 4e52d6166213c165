package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;

class TrimmedMeanRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("trimmed-mean", 2);
    }
}
