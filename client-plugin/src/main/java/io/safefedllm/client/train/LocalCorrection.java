package io.safefedllm.client.train;

import io.safefedllm.probe.lora.AdapterLayout;

/** A {@link LocalAlgorithm} at work on a flat parameter vector of one run. */
interface LocalCorrection {
    /** Changes nothing. */
    LocalCorrection NONE = new LocalCorrection() {};

    /** Adds to the mean gradient of a step, before it is clipped. */
    default void onGradient(float[] parameters, float[] gradient) {}

    /** Changes the parameters after the optimiser moved them with {@code learningRate}. */
    default void afterStep(float[] parameters, double learningRate) {}

    /**
     * Returns the correction of a run that starts at {@code start}, whose order is that of {@code layout}.
     *
     * @throws IllegalArgumentException if the algorithm holds values of another layout
     */
    static LocalCorrection of(LocalAlgorithm algorithm, AdapterLayout layout, float[] start) {
        if (algorithm instanceof LocalAlgorithm.FedProx prox) {
            return proximal(prox.mu(), start.clone());
        }
        if (algorithm instanceof LocalAlgorithm.Scaffold scaffold) {
            return drifting(scaffold.drift().arrangedAs(layout).toArray());
        }
        return NONE;
    }

    private static LocalCorrection proximal(double mu, float[] global) {
        return new LocalCorrection() {
            @Override
            public void onGradient(float[] parameters, float[] gradient) {
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] += (float) ProximalTerm.gradient(mu, parameters[i], global[i]);
                }
            }
        };
    }

    private static LocalCorrection drifting(float[] drift) {
        return new LocalCorrection() {
            @Override
            public void afterStep(float[] parameters, double learningRate) {
                for (int i = 0; i < parameters.length; i++) {
                    parameters[i] = (float) ControlVariates.corrected(parameters[i], learningRate, drift[i]);
                }
            }
        };
    }
}
