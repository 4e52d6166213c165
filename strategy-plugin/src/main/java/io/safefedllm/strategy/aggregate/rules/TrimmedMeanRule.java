package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.Optional;

/**
 * Averages every coordinate separately after cutting the mass of f average rows from each end.
 *
 * <p>Per coordinate the values are sorted; theta = f W / m of the mass is cut on both sides and what is left is averaged
 * by retained mass. With equal weights exactly f values are dropped per side. Rounding dust below 1e-12 W counts as no
 * mass, so that an outlier of 1e30 cannot slip in through it. Ties need no rule. Claims hold for m &gt; 2 f; f is
 * lowered to (m - 1) / 2 where
 * there are fewer rows, and the result is marked. Cost O(d m log m) time, one block of columns in memory.
 *
 * <p>BL-9; Yin, Chen, Ramchandran and Bartlett, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical
 * Rates", ICML 2018, Definition 2, arXiv:1803.01498.
 */
final class TrimmedMeanRule implements AggregationRule {
    private static final double DUST = 1e-12;

    private final String name;
    private final Attackers attackers;

    TrimmedMeanRule(String name, Attackers attackers) {
        this.name = name;
        this.attackers = attackers;
    }

    @Override
    public String name() {
        return name;
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
        int most = (rows.size() - 1) / 2;
        Optional<RuleOutcome> refusal = attackers.refusal(rows.size(), most);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        double total = rows.totalWeight();
        double cut = attackers.tolerated(most) * total / rows.size();
        double[] result = new double[rows.width()];
        Columns.forEach(rows, (column, values, order) -> result[column] = trimmed(rows, values, order, cut, total));
        return Aggregate.wrap(result, rows.storeRows(), attackers.lowered(most), input.state());
    }

    private static double trimmed(LiveRows rows, double[] values, int[] order, double cut, double total) {
        double below = 0.0;
        double sum = 0.0;
        double mass = 0.0;
        for (int row : order) {
            double upTo = below + rows.weight(row);
            double retained = Math.min(upTo, total - cut) - Math.max(below, cut);
            below = upTo;
            if (retained >= DUST * total) {
                sum += retained * values[row];
                mass += retained;
            }
        }
        return sum / mass;
    }
}
