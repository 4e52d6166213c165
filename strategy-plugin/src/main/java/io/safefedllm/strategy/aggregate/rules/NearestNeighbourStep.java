package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.RowStep;
import io.safefedllm.strategy.aggregate.RuleInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts in place of every row the mean of the m - f rows nearest to it (nearest-neighbour mixing).
 *
 * <p>A row is its own nearest neighbour; ties go to the lower row. Means are weighted, every row keeps its own weight. Claims
 * hold for m &gt; 2 f; f is lowered to (m - 1) / 2 where there are fewer rows, and the result is marked. Cost O(m^2 d)
 * time each time the new rows are read, none is held; O(m^2) memory.
 *
 * <p>BL-19; Allouah, Farhadkhani, Guerraoui, Gupta, Pinot and Stephan, "Fixing by Mixing: A Recipe for Optimal Byzantine ML
 * under Heterogeneity", AISTATS 2023, arXiv:2302.01772.
 */
final class NearestNeighbourStep implements RowStep {
    private final Attackers attackers;

    NearestNeighbourStep(Attackers attackers) {
        this.attackers = attackers;
    }

    @Override
    public String name() {
        return "nnm";
    }

    @Override
    public boolean needsGlobal() {
        return false;
    }

    @Override
    public Prepared prepare(RuleInput input) {
        LiveRows rows = LiveRows.of(input);
        int m = rows.size();
        int most = (m - 1) / 2;
        double[][] distances = Distances.squared(rows);
        List<int[]> groups = new ArrayList<>();
        double[] weights = new double[m];
        for (int row = 0; row < m; row++) {
            int others = m - attackers.tolerated(most) - 1;
            int[] group = Arrays.copyOf(Distances.nearest(distances, row, others), others + 1);
            group[others] = row;
            groups.add(group);
            weights[row] = rows.weight(row);
        }
        MixedRows mixed = new MixedRows(rows, groups);
        return new Prepared(
                input.withRows(mixed, weights), mixed.origins(), attackers.lowered(most), attackers.refused(most));
    }
}
