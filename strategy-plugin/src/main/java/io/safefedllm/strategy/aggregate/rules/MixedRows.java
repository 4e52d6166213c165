package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.UpdateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows that are weighted means of other rows, made while they are read. */
final class MixedRows implements UpdateStore {
    private final LiveRows rows;
    private final List<int[]> members;
    private double[] scratch = new double[0];

    /** Makes one row for each group of members, which are visited in ascending order. */
    MixedRows(LiveRows rows, List<int[]> groups) {
        this.rows = rows;
        this.members = new ArrayList<>();
        for (int[] group : groups) {
            int[] sorted = group.clone();
            Arrays.sort(sorted);
            members.add(sorted);
        }
    }

    /** Returns for each row the rows of the store below that it is made of. */
    List<List<Integer>> origins() {
        return members.stream()
                .map(group -> Arrays.stream(group).mapToObj(rows::storeRow).toList())
                .toList();
    }

    @Override
    public int rows() {
        return members.size();
    }

    @Override
    public int width() {
        return rows.width();
    }

    @Override
    public void read(int row, int from, double[] block, int length) {
        int[] group = members.get(row);
        if (group.length == 1) {
            rows.read(group[0], from, block, length);
            return;
        }
        if (scratch.length < length) {
            scratch = new double[length];
        }
        double[] one = scratch;
        Arrays.fill(block, 0, length, 0.0);
        double total = 0.0;
        for (int member : group) {
            double weight = rows.weight(member);
            total += weight;
            rows.read(member, from, one, length);
            for (int i = 0; i < length; i++) {
                block[i] += weight * one[i];
            }
        }
        for (int i = 0; i < length; i++) {
            block[i] /= total;
        }
    }
}
