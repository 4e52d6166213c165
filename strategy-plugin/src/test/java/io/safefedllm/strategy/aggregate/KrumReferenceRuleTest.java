package io.safefedllm.strategy.aggregate;

class KrumReferenceRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("krum-reference", 2);
    }
}
