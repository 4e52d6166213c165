package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;

/**
 * Takes the median of every coordinate separately.
 *
 * <p>Security weights count as mass (BL-0.7). The lower median of an even number of rows is the smaller of the two middle
 * values (the authors' code), the midpoint median their mean. Ties need no rule. Claims hold while the attackers have less
 * than half of the mass. Cost O(d m log m) time, one block of columns in memory.
 *
 * <p>BL-8; Yin, Chen, Ramchandran and Bartlett, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical
 * Rates", ICML 2018, Definition 1, arXiv:1803.01498.
 */
final class MedianRule implements AggregationRule {
    private final WeightedMedian kind;

    MedianRule(WeightedMedian kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "median";
    }

    @Override
    public boolean countsSamples() {
        return false;
    }

    @Override
    public boolean needsGlobal() {
        return false;
    }

    @Override
    public RuleOutcome combine(RuleInput input) {
        LiveRows rows = LiveRows.of(input);
        if (rows.size() == 0) {
            return new NoAggregate(NoAggregate.Reason.NO_ROWS);
        }
        double total = rows.totalWeight();
        double[] result = new double[rows.width()];
        Columns.forEach(rows, (column, values, order) -> result[column] = kind.of(values, order, rows::weight, total));
        return Aggregate.wrap(result, rows.storeRows(), false, input.state());
    }
}
