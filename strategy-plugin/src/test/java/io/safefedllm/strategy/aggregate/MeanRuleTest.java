package io.safefedllm.strategy.aggregate;

class MeanRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("mean", 2);
    }
}
