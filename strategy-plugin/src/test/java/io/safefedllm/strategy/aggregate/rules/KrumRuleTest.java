package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;

class KrumRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("krum", 2);
    }
}
