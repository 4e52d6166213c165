package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.UpdateStore;

/**
 * The server's control variate of SCAFFOLD: c' = c + (1 / N) sum of the clients' changes dc_i, N being all clients of the
 * federation, not those of the round; c starts at 0.
 *
 * <p>The change of a client that the round dropped (weight 0) or that holds a NaN or an infinity is not added. Such a
 * client must go on with its old variate, or its next change would be counted from a place that the server never saw.
 *
 * <p>BL-7; Karimireddy, Kale, Mohri, Reddi, Stich and Suresh, "SCAFFOLD: Stochastic Controlled Averaging for Federated
 * Learning", ICML 2020, Algorithm 1, option II, arXiv:1910.06378.
 */
public final class ScaffoldControl {
    private static final String CONTROL = "scaffold.c";
    private static final int BLOCK = 1 << 16;

    private ScaffoldControl() {}

    /**
     * Returns c, to be sent with the next round's tasks.
     *
     * @throws IllegalArgumentException if the state holds a control of another width
     */
    public static double[] control(CarriedState state, int width) {
        return Moments.carried(state, CONTROL, width).orElseGet(() -> new double[width]);
    }

    /**
     * Adds the changes of a round.
     *
     * @param changes dc_i, one row a client
     * @param weights the weights that the clients had in the round, one a row; those of weight 0 are left out
     * @param allClients N, at least 1
     * @return the state with the new control, to keep if the round is applied
     * @throws IllegalArgumentException if N is below 1, there is not one weight a row, or a width differs
     */
    public static CarriedState next(CarriedState state, UpdateStore changes, double[] weights, int allClients) {
        if (allClients < 1) {
            throw new IllegalArgumentException("number of clients must be at least 1 but was " + allClients);
        }
        if (weights.length != changes.rows()) {
            throw new IllegalArgumentException(
                    "number of weights must be the number of rows " + changes.rows() + " but was " + weights.length);
        }
        int width = changes.width();
        double[] control = control(state, width);
        double[] block = new double[Math.min(BLOCK, width)];
        for (int row = 0; row < weights.length; row++) {
            boolean counts = weights[row] > 0.0 && isFinite(changes, row, block);
            for (int from = 0; counts && from < width; from += BLOCK) {
                int length = Math.min(BLOCK, width - from);
                changes.read(row, from, block, length);
                for (int i = 0; i < length; i++) {
                    control[from + i] += block[i] / allClients;
                }
            }
        }
        return state.with(CONTROL, control);
    }

    private static boolean isFinite(UpdateStore changes, int row, double[] block) {
        for (int from = 0; from < changes.width(); from += BLOCK) {
            int length = Math.min(BLOCK, changes.width() - from);
            changes.read(row, from, block, length);
            for (int i = 0; i < length; i++) {
                if (!Double.isFinite(block[i])) {
                    return false;
                }
            }
        }
        return true;
    }
}
