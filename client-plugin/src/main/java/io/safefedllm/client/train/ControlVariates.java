package io.safefedllm.client.train;

/**
 * The client's side of SCAFFOLD, option II (BL-7), element by element in binary64.
 *
 * <p>Karimireddy, Kale, Mohri, Reddi, Stich and Suresh, "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning", ICML
 * 2020, Algorithm 1, arXiv:1910.06378.
 */
public final class ControlVariates {
    private ControlVariates() {}

    /** Returns y - lr (c - c_i): what follows every optimiser step. */
    public static double corrected(double y, double learningRate, double drift) {
        return y - learningRate * drift;
    }

    /**
     * Returns c_i' = (G - y) / (K lr) - (c - c_i), the client's variate after its last step.
     *
     * @param start the element of the adapter that the run began with, G
     * @param end the element of the trained adapter, y
     * @param totalRate learning rates of all steps together, K lr where the rate is constant; positive
     * @param drift c - c_i
     */
    public static double renewed(double start, double end, double totalRate, double drift) {
        return (start - end) / totalRate - drift;
    }
}
