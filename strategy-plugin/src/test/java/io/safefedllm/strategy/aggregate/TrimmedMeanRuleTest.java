package io.safefedllm.strategy.aggregate;

class TrimmedMeanRuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("trimmed-mean", 2);
    }
}
