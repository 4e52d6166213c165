package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;

class KrumReferenceRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("krum-reference", 2);
    }
}
