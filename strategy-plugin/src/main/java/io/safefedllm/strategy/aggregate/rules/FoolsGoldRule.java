package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives updates that resemble each other less weight than updates that stand alone.
 *
 * <p>From the cosines S of the updates, with the row maxima forgiven where another row's is larger, every row gets a factor
 * a_i in [0, 1]; the result is G + sum of v_i a_i u_i / sum of v_i over the rows with a_i above 0 (the divisor counts rows,
 * not factors). Without the history and the feature importance of the paper, as in the authors' code. Where all updates are
 * alike, or no factor is left above 0, there is no result: {@code ALL_SIMILAR} (the authors' code gives NaN). Cost O(m^2 d)
 * time; one block of columns, O(m^2) and O(d) memory. Ties need no rule.
 *
 * <p>BL-11; Fung, Yoon and Beschastnikh, "The Limitations of Federated Learning in Sybil Settings", RAID 2020, Algorithm 1,
 * arXiv:1808.04866.
 */
final class FoolsGoldRule implements AggregationRule {
    private static final double LEAST_NORM = 1e-12;
    private static final double LEAST_FACTOR = 1e-12;
    private static final double LOGIT_EPSILON = 1e-8;
    private static final double BELOW_ONE = 0.99;

    @Override
    public String name() {
        return "foolsgold";
    }

    @Override
    public boolean countsSamples() {
        return false;
    }

    @Override
    public boolean needsGlobal() {
        return true;
    }

    @Override
    public RuleOutcome combine(RuleInput input) {
        LiveRows rows = LiveRows.of(input).asUpdates();
        if (rows.size() == 0) {
            return new NoAggregate(NoAggregate.Reason.NO_ROWS);
        }
        double[] factors = factors(cosines(Distances.inner(rows)));
        double total = 0.0;
        Map<Integer, Double> used = new LinkedHashMap<>();
        double[] parts = new double[factors.length];
        for (int row = 0; row < parts.length; row++) {
            if (factors[row] > 0.0) {
                used.put(rows.storeRow(row), factors[row]);
                parts[row] = rows.weight(row) * factors[row];
                total += rows.weight(row);
            }
        }
        if (used.isEmpty()) {
            return new NoAggregate(NoAggregate.Reason.ALL_SIMILAR);
        }
        double[] values = Means.sum(rows, parts);
        for (int i = 0; i < values.length; i++) {
            values[i] /= total;
        }
        rows.addGlobal(values);
        return Aggregate.wrap(values, rows.storeRows(), false, input.state()).withFactors(used);
    }

    /** Turns inner products into S: cosines, with a diagonal of exactly 0, which is the largest of a row whose cosines are all negative. */
    private static double[][] cosines(double[][] inner) {
        int m = inner.length;
        double[] norms = new double[m];
        for (int i = 0; i < m; i++) {
            norms[i] = Math.max(Math.sqrt(inner[i][i]), LEAST_NORM);
        }
        double[][] cosines = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                cosines[i][j] = i == j ? 0.0 : inner[i][j] / norms[i] / norms[j];
            }
        }
        return cosines;
    }

    /** Returns the factors; all 0 where all updates are alike. Changes its argument. */
    private static double[] factors(double[][] cosines) {
        int m = cosines.length;
        double[] largest = new double[m];
        for (int i = 0; i < m; i++) {
            largest[i] = max(cosines[i]);
        }
        double[] factors = new double[m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                if (i != j && largest[i] < largest[j]) {
                    cosines[i][j] *= largest[i] / largest[j];
                }
            }
            factors[i] = Math.max(0.0, Math.min(1.0, 1.0 - max(cosines[i])));
        }
        double most = max(factors);
        for (int i = 0; i < m; i++) {
            factors[i] = most <= LEAST_FACTOR ? 0.0 : logit(factors[i] / most);
        }
        return factors;
    }

    private static double logit(double share) {
        double below = share == 1.0 ? BELOW_ONE : share;
        double value = Math.log(below / (1.0 - below + LOGIT_EPSILON)) + 0.5;
        return Math.max(0.0, Math.min(1.0, value));
    }

    private static double max(double[] values) {
        double largest = values[0];
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }
}
