package io.safefedllm.probe.feature;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;

/**
 * Computes the seed-invariant feature of an update: vec(B Bᵀ), minus the mean of its elements, divided by its norm (SF-14.5).
 * Stateless and thread-safe; O(n² r) time for a matrix of n rows and rank r.
 *
 * <p>Another LoRA-A turns the columns of B but leaves B Bᵀ nearly as it was. Of the symmetric product only the upper triangle
 * is kept, row by row, with the elements off the diagonal times the square root of 2: norms and scalar products are those of the
 * whole matrix. Several matrices are laid end to end and centred together.
 */
public final class GramExtractor {
    private static final double OFF_DIAGONAL = Math.sqrt(2);

    private final GramKeys keys;

    /** Makes an extractor. */
    public GramExtractor(GramKeys keys) {
        this.keys = keys;
    }

    /**
     * Returns the feature, rounded once from binary64 to binary32. Its norm is that of B Bᵀ before centring; below 1e-12
     * nothing was trained and the feature is not divided.
     *
     * @throws IllegalArgumentException if a matrix is missing or has another number of rows, or a value is not finite
     */
    public FeatureVector extract(LoraUpdate update) {
        double[] product = new double[keys.dimension()];
        int at = 0;
        double count = 0;
        for (int i = 0; i < keys.rows().size(); i++) {
            int rows = keys.rows().get(i);
            at = addGram(matrix(update, i), rows, product, at);
            count += (double) rows * rows;
        }
        double norm = norm(product);
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("the update is not finite in the seed-invariant view");
        }
        subtractMean(product, count);
        double rest = norm(product);
        float[] values = new float[product.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (product[i] / (rest < FeatureExtractor.ZERO_NORM ? 1 : rest));
        }
        return new FeatureVector(values, norm);
    }

    private float[] matrix(LoraUpdate update, int index) {
        String name = keys.names().get(index);
        int rows = keys.rows().get(index);
        AdapterLayout layout = update.layout();
        List<Integer> shape = layout.contains(name) ? layout.tensor(name).shape() : List.of();
        if (shape.size() != 2 || shape.get(0) != rows) {
            throw new IllegalArgumentException("the update does not fit the seed-invariant view: it needs a matrix '"
                    + name + "' with " + rows + " rows");
        }
        return update.tensor(name);
    }

    private static int addGram(float[] matrix, int rows, double[] product, int from) {
        int rank = matrix.length / rows;
        double[] columns = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            columns[i % rank * rows + i / rank] = matrix[i];
        }
        int at = from;
        for (int i = 0; i < rows; i++) {
            addRow(columns, rows, i, product, at);
            at += rows - i;
        }
        return at;
    }

    /**
     * Adds row i of the triangle, column of B by column: each scalar product is summed in the order of the columns, but many of them
     * at the same time.
     */
    private static void addRow(double[] columns, int rows, int i, double[] product, int at) {
        int width = rows - i;
        for (int column = i; column < columns.length; column += rows) {
            double factor = columns[column];
            for (int j = 0; j < width; j++) {
                product[at + j] += factor * columns[column + j];
            }
        }
        for (int j = 1; j < width; j++) {
            product[at + j] *= OFF_DIAGONAL;
        }
    }

    /** Subtracts the mean of all elements of the whole matrices; each off the diagonal stands for two. */
    private void subtractMean(double[] product, double count) {
        double sum = 0;
        int at = 0;
        for (int rows : keys.rows()) {
            for (int i = 0; i < rows; i++) {
                sum += product[at];
                for (int j = i + 1; j < rows; j++) {
                    sum += OFF_DIAGONAL * product[at + j - i];
                }
                at += rows - i;
            }
        }
        double mean = sum / count;
        at = 0;
        for (int rows : keys.rows()) {
            for (int i = 0; i < rows; i++) {
                product[at] -= mean;
                for (int j = i + 1; j < rows; j++) {
                    product[at + j - i] -= mean * OFF_DIAGONAL;
                }
                at += rows - i;
            }
        }
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
