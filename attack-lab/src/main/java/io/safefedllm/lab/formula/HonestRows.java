package io.safefedllm.lab.formula;

import java.util.Arrays;

/**
 * The honest updates that attackers know: h rows of d elements, in ascending order of the clients' ids. Immutable and thread-safe.
 *
 * <p>Rows may hold non-finite values, which then spread as IEEE arithmetic says.
 */
public final class HonestRows {
    private final double[][] rows;

    private HonestRows(double[][] rows) {
        this.rows = rows;
    }

    /**
     * Makes a copy of {@code rows}.
     *
     * @throws IllegalArgumentException if there is no row, a row is empty, or two rows differ in length
     */
    public static HonestRows copyOf(double[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException(
                    "attackers must know at least one honest update with at least one element");
        }
        double[][] copy = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != rows[0].length) {
                throw new IllegalArgumentException(
                        "honest updates must be equally long but were " + rows[0].length + " and " + rows[i].length);
            }
            copy[i] = rows[i].clone();
        }
        return new HonestRows(copy);
    }

    /** Returns h, the number of rows. */
    public int count() {
        return rows.length;
    }

    /** Returns d, the number of elements of a row. */
    public int width() {
        return rows[0].length;
    }

    /**
     * Returns a copy of one row.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public double[] row(int index) {
        if (index < 0 || index >= rows.length) {
            throw new IndexOutOfBoundsException("there are " + rows.length + " honest updates but not number " + index);
        }
        return rows[index].clone();
    }

    /** Returns the mean of every coordinate. */
    public double[] mean() {
        double[] mean = new double[width()];
        for (double[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= rows.length;
        }
        return mean;
    }

    /** Returns the sample standard deviation (divisor h - 1) of every coordinate; zeros for a single row. */
    public double[] deviation() {
        double[] mean = mean();
        double[] deviation = new double[width()];
        if (rows.length == 1) {
            return deviation;
        }
        for (int i = 0; i < deviation.length; i++) {
            double sum = 0;
            for (double[] row : rows) {
                sum += (row[i] - mean[i]) * (row[i] - mean[i]);
            }
            deviation[i] = Math.sqrt(sum / (rows.length - 1));
        }
        return deviation;
    }

    /** Returns the lower median of the rows' lengths: element ceil(h / 2) of h, ascending, from 1. */
    public double lowerMedianNorm() {
        double[] norms = new double[rows.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = Vectors.norm(rows[i]);
        }
        Arrays.sort(norms);
        return norms[(norms.length + 1) / 2 - 1];
    }

    /** Returns the squared distance of {@code vector} to every row, in their order. */
    double[] squaredDistances(double[] vector) {
        double[] squares = new double[rows.length];
        for (int i = 0; i < squares.length; i++) {
            squares[i] = Vectors.squaredDistance(rows[i], vector);
        }
        return squares;
    }

    /** Returns the rows below each other with {@code copies} of {@code vector} after them. */
    double[][] with(double[] vector, int copies) {
        double[][] all = new double[rows.length + copies][];
        for (int i = 0; i < all.length; i++) {
            all[i] = (i < rows.length ? rows[i] : vector).clone();
        }
        return all;
    }
}
