package io.safefedllm.strategy.aggregate;

class KrumRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("krum", 2);
    }
}
