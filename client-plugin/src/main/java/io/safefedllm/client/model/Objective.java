package io.safefedllm.client.model;

import io.safefedllm.client.data.Batch;

/**
 * A loss as a function of one flat parameter vector. Implementations hold native memory until closed, and compute inside
 * {@link EngineRuntime#exclusively}.
 */
public interface Objective extends AutoCloseable {
    /** Number n of parameters. */
    int size();

    /**
     * Computes the mean loss over all labels of a batch and its gradient.
     *
     * @param parameters n values; not changed
     * @param batch must have a label
     * @param gradient receives n values; what was in it is overwritten
     * @return the loss; NaN and infinities are returned as they come
     */
    double lossAndGradient(float[] parameters, Batch batch, float[] gradient);

    @Override
    void close();
}
