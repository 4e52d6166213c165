package io.safefedllm.strategy.aggregate;

class TrimmedMean1RuleTest extends AggregationRuleContract {
    @Override
    AggregationRule rule() {
        return AggregationRules.named("trimmed-mean-1", 2);
    }
}
