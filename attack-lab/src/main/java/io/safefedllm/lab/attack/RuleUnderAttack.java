package io.safefedllm.lab.attack;

import io.safefedllm.lab.formula.TauSearch;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.Draws;
import io.safefedllm.strategy.aggregate.GlobalValues;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.UpdateStore;
import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import java.util.Arrays;
import java.util.Optional;

/** A rule of this project as attackers play it through: every row is an update and weighs the same; draws are fixed. */
final class RuleUnderAttack implements TauSearch.Rule {
    private final AggregationRule rule;

    private final AdapterLayout layout;

    RuleUnderAttack(String name, int attackers, AdapterLayout layout) {
        this.rule = AggregationRules.named(name, attackers);
        this.layout = layout;
    }

    @Override
    public double[] combine(double[][] rows) {
        double[] weights = new double[rows.length];
        Arrays.fill(weights, 1);
        RuleInput input = RuleInput.of(new Rows(rows), weights, layout, GlobalValues.zero(), Draws.seeded(0));
        Optional<Aggregate> combined = rule.combine(input).aggregate();
        double[] result = new double[rows[0].length];
        for (int i = 0; combined.isPresent() && i < result.length; i++) {
            result[i] = combined.get().at(i);
        }
        return result;
    }

    private static final class Rows implements UpdateStore {
        private final double[][] values;

        Rows(double[][] values) {
            this.values = values;
        }

        @Override
        public int rows() {
            return values.length;
        }

        @Override
        public int width() {
            return values[0].length;
        }

        @Override
        public void read(int row, int from, double[] block, int length) {
            System.arraycopy(values[row], from, block, 0, length);
        }
    }
}
