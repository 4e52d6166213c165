package io.safefedllm.strategy.aggregate.rules;

/** Squared Euclidean distances between rows, accumulated in binary64 in column order, block by block. */
final class Distances {
    private Distances() {}

    /** Returns the symmetric m x m matrix of squared distances; O(m^2 d) time, one block of columns in memory. */
    static double[][] squared(LiveRows rows) {
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
                for (int j = i + 1; j < m; j++) {
                    sums[i][j] = addSquares(sums[i][j], block[i], block[j], length);
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

    private static double addSquares(double start, double[] a, double[] b, int length) {
        double sum = start;
        for (int k = 0; k < length; k++) {
            double difference = a[k] - b[k];
            sum += difference * difference;
        }
        return sum;
    }
}
