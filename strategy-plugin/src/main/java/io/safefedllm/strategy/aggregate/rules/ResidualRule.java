package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weighs rows by how well their values fit, coordinate by coordinate, a line through the sorted values (iteratively
 * reweighted least squares).
 *
 * <p>{@link ResidualLine} gives every row a value and a confidence in each coordinate. With R_i the sum of a row's
 * confidences over all coordinates, the result is the mean of the values by v_i (R_i / max R)^2. The rows are read twice: the
 * first time for the confidences, the second for the mean. Equal values of a coordinate are ranked by row, so that rows in
 * another order may give another result where values tie. Where no row differs, or with fewer than 3 rows, the mean is
 * returned, the latter marked. Claims hold for m &gt; 2 f. Cost O(d m^2 log m) time, one block of columns in memory.
 *
 * <p>BL-12; Fu, Xie, Li and Chen, "Attack-Resistant Federated Learning with Residual-based Reweighting", 2019,
 * arXiv:1912.11464.
 */
final class ResidualRule implements AggregationRule {
    private final double lambda;
    private final double delta;

    /**
     * Makes the rule.
     *
     * @param lambda how far from the line a value may lie
     * @param delta values of a weight below are put onto the line
     */
    ResidualRule(double lambda, double delta) {
        this.lambda = lambda;
        this.delta = delta;
    }

    @Override
    public String name() {
        return "residual";
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
        int m = rows.size();
        if (m == 0) {
            return new NoAggregate(NoAggregate.Reason.NO_ROWS);
        }
        if (m < ResidualLine.LEAST_ROWS) {
            return Aggregate.wrap(Means.of(rows), rows.storeRows(), true, input.state());
        }
        ResidualLine line = new ResidualLine(m, lambda, delta);
        double[] factors = new double[m];
        Columns.forEach(rows, (column, values, order) -> {
            line.fit(values, order);
            for (int row = 0; row < m; row++) {
                factors[row] += line.confidence(row);
            }
        });
        return combine(rows, line, factors, input);
    }

    private static RuleOutcome combine(LiveRows rows, ResidualLine line, double[] factors, RuleInput input) {
        double most = 0.0;
        for (double factor : factors) {
            most = Math.max(most, factor);
        }
        if (most == 0.0) {
            return Aggregate.wrap(Means.of(rows), rows.storeRows(), false, input.state());
        }
        Map<Integer, Double> used = new LinkedHashMap<>();
        double[] shares = new double[factors.length];
        double total = 0.0;
        for (int row = 0; row < factors.length; row++) {
            double share = factors[row] / most;
            used.put(rows.storeRow(row), share * share);
            shares[row] = rows.weight(row) * share * share;
            total += shares[row];
        }
        double[] result = new double[rows.width()];
        double mass = total;
        Columns.forEach(rows, (column, values, order) -> {
            line.fit(values, order);
            double sum = 0.0;
            for (int row = 0; row < shares.length; row++) {
                sum += shares[row] * line.value(row);
            }
            result[column] = sum / mass;
        });
        return Aggregate.wrap(result, rows.storeRows(), false, input.state()).withFactors(used);
    }
}
