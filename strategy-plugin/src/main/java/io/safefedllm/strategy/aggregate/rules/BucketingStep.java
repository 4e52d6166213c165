package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.RowStep;
import io.safefedllm.strategy.aggregate.RuleInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Averages rows in random groups, so that what follows sees fewer and more alike rows.
 *
 * <p>A drawn permutation of the m rows is cut into groups of s, the last one shorter. A group's row is the weighted mean of
 * its members and its weight the mean of theirs, so that equal weights stay equal. The number of attackers that a following
 * rule assumes is unchanged. Claims hold for f s &lt; m / 2. Rows in another order fall into other groups. Cost O(m d) time
 * each time the new rows are read; one block of a row in memory.
 *
 * <p>BL-18; Karimireddy, He and Jaggi, "Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing", ICLR 2022,
 * Algorithm 1, arXiv:2006.09365.
 */
final class BucketingStep implements RowStep {
    private final int size;

    BucketingStep(int size) {
        this.size = size;
    }

    @Override
    public String name() {
        return "bucketing";
    }

    @Override
    public boolean needsGlobal() {
        return false;
    }

    @Override
    public Prepared prepare(RuleInput input) {
        LiveRows rows = LiveRows.of(input);
        int[] order = input.draws().permutation(rows.size());
        List<int[]> groups = new ArrayList<>();
        for (int from = 0; from < order.length; from += size) {
            groups.add(Arrays.copyOfRange(order, from, Math.min(from + size, order.length)));
        }
        double[] weights = groups.stream()
                .mapToDouble(
                        group -> Arrays.stream(group).mapToDouble(rows::weight).sum() / group.length)
                .toArray();
        MixedRows mixed = new MixedRows(rows, groups);
        return new Prepared(input.withRows(mixed, weights), mixed.origins(), false, false);
    }
}
