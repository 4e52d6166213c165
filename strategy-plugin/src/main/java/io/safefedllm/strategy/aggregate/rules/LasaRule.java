package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.NoAggregate;
import io.safefedllm.strategy.aggregate.RuleInput;
import io.safefedllm.strategy.aggregate.RuleOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Layer-adaptive sparsified aggregation: updates are clipped to the median norm and thinned, then every tensor is averaged over
 * the rows whose norm and sign purity lie near the median of that tensor.
 *
 * <p>Only tensors of 2 or 4 dimensions take part, the others keep G; norms are over all tensors. Of a row's elements that
 * take part the largest trunc(Q (1 - sparsity)) - 1 are kept, those equal to the threshold are not. In a tensor a row is
 * benign if its norm and its sign score both lie within {@code lambda} population deviations of the lower median; a tensor
 * without a benign row is averaged over all. Claims hold for m &gt; 2 f. Cost O(m d) time, the rows being read seven times;
 * O(d) memory and O(m) for each tensor. Ties need no rule.
 *
 * <p>BL-15; Xu, Zhang and Hu, "Achieving Byzantine-Resilient Federated Learning via Layer-Adaptive Sparsified Model
 * Aggregation", WACV 2025, Algorithm 1, arXiv:2409.01435.
 */
final class LasaRule implements AggregationRule {
    private final double sparsity;
    private final double lambdaNorm;
    private final double lambdaSign;

    LasaRule(double sparsity, double lambdaNorm, double lambdaSign) {
        this.sparsity = sparsity;
        this.lambdaNorm = lambdaNorm;
        this.lambdaSign = lambdaSign;
    }

    @Override
    public String name() {
        return "lasa";
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
        List<TensorSpec> parts = new ArrayList<>();
        for (TensorSpec tensor : input.layout().tensors()) {
            int dimensions = tensor.shape().size();
            if (dimensions == 2 || dimensions == 4) {
                parts.add(tensor);
            }
        }
        SparseRows sparse = SparseRows.of(rows, input.layout(), parts, sparsity);
        double[] values = new double[rows.width()];
        for (TensorSpec tensor : parts) {
            add(values, tensor, input.layout().offset(tensor.name()), sparse, rows);
        }
        rows.addGlobal(values);
        return Aggregate.wrap(values, rows.storeRows(), false, input.state()).withFigure("clip", sparse.bound());
    }

    private void add(double[] values, TensorSpec tensor, int offset, SparseRows sparse, LiveRows rows) {
        int m = rows.size();
        double[] norms = new double[m];
        double[] signs = new double[m];
        double[] block = new double[tensor.size()];
        for (int row = 0; row < m; row++) {
            sparse.read(row, offset, block);
            norms[row] = Math.sqrt(Norms.dot(block, block, block.length));
            signs[row] = purity(block);
        }
        boolean[] benign = near(norms, lambdaNorm, rows);
        boolean[] pure = near(signs, lambdaSign, rows);
        boolean none = true;
        for (int row = 0; row < m; row++) {
            benign[row] &= pure[row];
            none &= !benign[row];
        }
        double total = 0.0;
        for (int row = 0; row < m; row++) {
            if (none || benign[row]) {
                sparse.read(row, offset, block);
                total += rows.weight(row);
                for (int i = 0; i < block.length; i++) {
                    values[offset + i] += rows.weight(row) * block[i];
                }
            }
        }
        for (int i = 0; i < block.length; i++) {
            values[offset + i] /= total;
        }
    }

    /** Returns half of 1 + (1 - sparsity) x the mean sign of the elements that are not 0. */
    private double purity(double[] block) {
        double signs = 0.0;
        int count = 0;
        for (double value : block) {
            if (value != 0.0) {
                signs += Math.signum(value);
                count++;
            }
        }
        return 0.5 * (1.0 + (1.0 - sparsity) * signs / Math.max(1, count));
    }

    /** Returns which values lie within some deviations of the lower median; none if all are equal. */
    private static boolean[] near(double[] values, double lambda, LiveRows rows) {
        double total = rows.totalWeight();
        double mean = 0.0;
        for (int row = 0; row < values.length; row++) {
            mean += rows.weight(row) * values[row] / total;
        }
        double variance = 0.0;
        for (int row = 0; row < values.length; row++) {
            variance += rows.weight(row) * (values[row] - mean) * (values[row] - mean) / total;
        }
        double deviation = Math.sqrt(variance);
        double median = WeightedMedian.LOWER.of(values, rows);
        boolean[] near = new boolean[values.length];
        for (int row = 0; row < near.length; row++) {
            near[row] = Math.abs(values[row] - median) / deviation < lambda;
        }
        return near;
    }
}
