package io.safefedllm.strategy.aggregate.rules;

import java.util.Arrays;

/**
 * A robust line through the sorted values of one coordinate, and what it says of every row (BL-12, steps 1 to 6).
 *
 * <p>The line is Siegel's repeated median over the ranks 0 to m - 1; all medians are midpoint ones. Its buffers are used
 * again for every coordinate: one object serves one thread.
 */
final class ResidualLine {
    /** Rows that a line with residuals needs. */
    static final int LEAST_ROWS = 3;

    private static final double NORMAL = 1.4826;
    private static final double LEAST_SCALE = 1e-7;

    private final int m;
    private final double delta;
    private final double bound;
    private final double[] leverage;
    private final double[] sorted;
    private final double[] slopes;
    private final double[] medians;
    private final double[] values;
    private final double[] residuals;
    private final double[] confidences;

    ResidualLine(int m, double lambda, double delta) {
        this.m = m;
        this.delta = delta;
        this.bound = lambda * Math.sqrt(2.0 / m);
        this.leverage = leverage(m);
        this.sorted = new double[m];
        this.slopes = new double[m - 1];
        this.medians = new double[m];
        this.values = new double[m];
        this.residuals = new double[m];
        this.confidences = new double[m];
    }

    /** Returns sqrt(1 - h) by rank, h being the hat value of a point of the line. */
    private static double[] leverage(int m) {
        double centre = (m - 1) / 2.0;
        double squares = 0.0;
        for (int rank = 0; rank < m; rank++) {
            squares += (rank - centre) * (rank - centre);
        }
        double[] leverage = new double[m];
        for (int rank = 0; rank < m; rank++) {
            double hat = 1.0 / m + (rank - centre) * (rank - centre) / squares;
            leverage[rank] = Math.sqrt(Math.max(0.0, 1.0 - hat));
        }
        return leverage;
    }

    /**
     * Fits the line.
     *
     * @param column one value a row
     * @param order the rows by ascending value, ties by row
     */
    void fit(double[] column, int[] order) {
        for (int rank = 0; rank < m; rank++) {
            sorted[rank] = column[order[rank]];
        }
        double slope = slope();
        double intercept = median(sorted, 0) - slope * (m - 1) / 2.0;
        for (int rank = 0; rank < m; rank++) {
            residuals[rank] = sorted[rank] - (intercept + slope * rank);
            medians[rank] = Math.abs(residuals[rank]);
        }
        Arrays.sort(medians);
        double scale = NORMAL * (1.0 + 5.0 / (m - 1)) * median(medians, 1) + LEAST_SCALE;
        double sum = 0.0;
        for (int rank = 0; rank < m; rank++) {
            double weight = weight(Math.abs(residuals[rank]) / scale, leverage[rank]);
            int row = order[rank];
            values[row] = weight < delta ? intercept + slope * rank : column[row];
            confidences[row] = weight;
            sum += weight;
        }
        double deviation = deviation(sum / m);
        for (int row = 0; row < m; row++) {
            confidences[row] *= deviation;
        }
    }

    private double weight(double distance, double lever) {
        return distance == 0.0 ? 1.0 : Math.min(1.0, bound * lever / distance);
    }

    /** Returns the sample deviation of the weights. */
    private double deviation(double mean) {
        double squares = 0.0;
        for (int row = 0; row < m; row++) {
            squares += (confidences[row] - mean) * (confidences[row] - mean);
        }
        return Math.sqrt(squares / (m - 1));
    }

    private double slope() {
        for (int i = 0; i < m; i++) {
            int at = 0;
            for (int j = 0; j < m; j++) {
                if (j != i) {
                    slopes[at++] = (sorted[i] - sorted[j]) / (i - j);
                }
            }
            Arrays.sort(slopes);
            medians[i] = median(slopes, 0);
        }
        Arrays.sort(medians);
        return median(medians, 0);
    }

    /** Returns the midpoint median of the sorted values from an index on. */
    private static double median(double[] sorted, int from) {
        int count = sorted.length - from;
        int upper = from + count / 2;
        return count % 2 == 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2.0;
    }

    /** Returns the value of a row in the coordinate fitted last, put onto the line where it lay too far off. */
    double value(int row) {
        return values[row];
    }

    /** Returns the confidence of a row in the coordinate fitted last. */
    double confidence(int row) {
        return confidences[row];
    }
}
