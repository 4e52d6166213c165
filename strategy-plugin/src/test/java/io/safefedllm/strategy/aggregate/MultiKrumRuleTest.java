package io.safefedllm.strategy.aggregate;

class MultiKrumRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("multi-krum", 2);
    }
}
