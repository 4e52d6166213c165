package io.safefedllm.probe.feature;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;

/**
 * Computes the seed-invariant feature of an update: vec(B Bᵀ), divided by its norm, minus a stored mean, divided by its norm
 * again (SF-14.5). Stateless and thread-safe; O(n² r) time for a matrix of n rows and rank r.
 *
 * <p>Another LoRA-A turns the columns of B but leaves B Bᵀ nearly as it was. Of the symmetric product only the upper triangle
 * is kept, row by row, with the elements off the diagonal times the square root of 2: norms and scalar products are those of the
 * whole matrix.
 */
public final class GramExtractor {
    private static final double OFF_DIAGONAL = Math.sqrt(2);

    private final GramKeys keys;
    private final float[] centre;

    /**
     * Makes an extractor; {@code centre} is copied.
     *
     * @param centre the mean over the training updates of the feature before centring; zeros to leave it out
     * @throws IllegalArgumentException if there is not one number per element
     */
    public GramExtractor(GramKeys keys, float[] centre) {
        if (centre.length != keys.dimension()) {
            throw new IllegalArgumentException("the seed-invariant view needs a mean of " + keys.dimension()
                    + " elements but got " + centre.length);
        }
        this.keys = keys;
        this.centre = centre.clone();
    }

    /** Returns an extractor that subtracts nothing. */
    public static GramExtractor uncentred(GramKeys keys) {
        return new GramExtractor(keys, new float[keys.dimension()]);
    }

    /**
     * Returns the feature, binary32 rounded once from binary64. Its norm is that of B Bᵀ, below 1e-12 if nothing was trained.
     *
     * @throws IllegalArgumentException if a matrix is missing or has another number of rows, or a value is not finite
     */
    public FeatureVector extract(LoraUpdate update) {
        double[] product = new double[centre.length];
        int at = 0;
        for (int i = 0; i < keys.names().size(); i++) {
            at = addGram(matrix(update, i), keys.rows().get(i), product, at);
        }
        double norm = norm(product);
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("the update is not finite in the seed-invariant view");
        }
        double divisor = norm < FeatureExtractor.ZERO_NORM ? 1 : norm;
        for (int i = 0; i < product.length; i++) {
            product[i] = product[i] / divisor - centre[i];
        }
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
        int at = from;
        for (int i = 0; i < rows; i++) {
            for (int j = i; j < rows; j++) {
                double sum = 0;
                for (int k = 0; k < rank; k++) {
                    sum += (double) matrix[i * rank + k] * matrix[j * rank + k];
                }
                product[at] = i == j ? sum : sum * OFF_DIAGONAL;
                at++;
            }
        }
        return at;
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
