package io.safefedllm.probe.train;

import io.safefedllm.probe.feature.FeatureVector;
import java.util.List;

/** Features with labels and their division into a training and a validation part. */
public final class FitData {
    private final List<FeatureVector> features;
    private final boolean[] harmful;
    private final int[] training;
    private final int[] validation;

    /**
     * Takes the arrays over.
     *
     * @param harmful labels by row
     * @param training row numbers, at least one
     * @param validation row numbers, at least one
     */
    public FitData(List<FeatureVector> features, boolean[] harmful, int[] training, int[] validation) {
        this.features = List.copyOf(features);
        this.harmful = harmful;
        this.training = training;
        this.validation = validation;
    }

    int dimension() {
        return features.get(0).dimension();
    }

    int trainingSize() {
        return training.length;
    }

    int validationSize() {
        return validation.length;
    }

    /** Returns the row number of an entry of the training part. */
    int trainingRow(int index) {
        return training[index];
    }

    /** Returns the row number of an entry of the validation part. */
    int validationRow(int index) {
        return validation[index];
    }

    FeatureVector feature(int row) {
        return features.get(row);
    }

    boolean harmful(int row) {
        return harmful[row];
    }

    /** Returns omega of SF-3.4: negatives over positives of the training part, as binary32. */
    float classWeight() {
        int positives = 0;
        for (int row : training) {
            positives += harmful[row] ? 1 : 0;
        }
        return (float) ((training.length - positives) / (positives + 1e-6));
    }

    /**
     * Returns {@code count} rows of D + 1 elements, row-major: the feature and a one for the bias.
     *
     * @param rows row numbers; those from {@code from} on are taken
     */
    float[] block(int[] rows, int from, int count) {
        int width = dimension() + 1;
        float[] block = new float[Math.multiplyExact(count, width)];
        for (int i = 0; i < count; i++) {
            features.get(rows[from + i]).copyTo(block, i * width);
            block[(i + 1) * width - 1] = 1f;
        }
        return block;
    }
}
