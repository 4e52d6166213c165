package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;

class MeanRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("mean", 2);
    }
}
