package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;

/**
 * Averages the rows by weight: sum of v_i x_i over sum of v_i.
 *
 * <p>Products and sums are binary64, rows in ascending order. One block of one row and one accumulator are held,
 * whatever the number of rows; the cost is O(m d). One hostile row can move the result anywhere.
 *
 * <p>BL-1; McMahan, Moore, Ramage, Hampson and Aguera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017, Algorithm 1, arXiv:1602.05629.
 */
final class MeanRule implements AggregationRule {

    @Override
    public String name() {
        return "mean";
    }

    @Override
    public boolean countsSamples() {
        return true;
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
        return Aggregate.wrap(Means.of(rows), rows.storeRows(), false, input.state());
    }
}
