package io.safefedllm.strategy.aggregate.rules;

import java.util.stream.IntStream;

/** What is known of every pair of rows: m x m matrices, made in one pass over blocks of columns, in binary64. */
final class Distances {

    /** Adds up what two rows have in common in one block. */
    private interface Pair {
        double of(double[] a, double[] b, int length);
    }

    private Distances() {}

    /** Returns the symmetric matrix of squared distances; O(m^2 d) time, one block of columns in memory. */
    static double[][] squared(LiveRows rows) {
        return pairs(rows, 1, Norms::squaredDistance);
    }

    /** Returns the symmetric matrix of inner products, squared norms on the diagonal; cost as {@link #squared}. */
    static double[][] inner(LiveRows rows) {
        return pairs(rows, 0, Norms::dot);
    }

    private static double[][] pairs(LiveRows rows, int apart, Pair pair) {
        int m = rows.size();
        double[][] sums = new double[m][m];
        int columns = rows.columnsPerBlock();
        double[][] block = new double[m][columns];
        for (int from = 0; from < rows.width(); from += columns) {
            int length = Math.min(columns, rows.width() - from);
            for (int row = 0; row < m; row++) {
                rows.read(row, from, block[row], length);
            }
            for (int i = 0; i < m; i++) {
                for (int j = i + apart; j < m; j++) {
                    sums[i][j] += pair.of(block[i], block[j], length);
                }
            }
        }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < i; j++) {
                sums[i][j] = sums[j][i];
            }
        }
        return sums;
    }

    /** Returns the {@code count} rows nearest to a row, itself left out; ties by row. */
    static int[] nearest(double[][] distances, int row, int count) {
        return IntStream.range(0, distances.length)
                .filter(j -> j != row)
                .boxed()
                .sorted((a, b) -> Double.compare(distances[row][a], distances[row][b]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
