package io.safefedllm.client.train;

/**
 * The term (mu/2) sum_k (theta_k - G_k)^2 that FedProx adds to a client's loss (BL-2), in binary64.
 *
 * <p>Li, Sahu, Zaheer, Sanjabi, Talwalkar and Smith, "Federated Optimization in Heterogeneous Networks", MLSys 2020, equation 2,
 * arXiv:1812.06127.
 */
public final class ProximalTerm {
    private ProximalTerm() {}

    /** Returns one summand, mu/2 (theta - global)^2. */
    public static double loss(double mu, double theta, double global) {
        double distance = theta - global;
        return mu / 2 * distance * distance;
    }

    /** Returns one element of the gradient, mu (theta - global). */
    public static double gradient(double mu, double theta, double global) {
        return mu * (theta - global);
    }
}
