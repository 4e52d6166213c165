package io.safefedllm.probe.train;

/** The parameters that a fit ended with. */
public final class FitResult {
    private final float[] parameters;
    private final int epochs;
    private final double validationLoss;

    /** Takes {@code parameters} (weights, then the bias) over. */
    FitResult(float[] parameters, int epochs, double validationLoss) {
        this.parameters = parameters;
        this.epochs = epochs;
        this.validationLoss = validationLoss;
    }

    /** Returns a copy of the weights and, last, the bias. */
    public float[] parameters() {
        return parameters.clone();
    }

    /** Returns how many epochs ran. */
    public int epochs() {
        return epochs;
    }

    /** Returns the best validation loss; infinite if it was never finite. */
    public double validationLoss() {
        return validationLoss;
    }
}
