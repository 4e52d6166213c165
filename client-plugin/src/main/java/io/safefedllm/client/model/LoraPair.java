package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;

/**
 * The matrices of one adapted projection.
 *
 * @param a [r, in]
 * @param scaledB [out, r], already multiplied by alpha / r
 */
record LoraPair(NDArray a, NDArray scaledB) {
    /** Computes s B A drop(x) for x [N, in]; the result is [N, out]. */
    NDArray delta(NDArray x, float dropout) {
        NDArray input = dropout > 0f ? Dropout.dropout(x, dropout, true).singletonOrThrow() : x;
        NDArray low = Linear.linear(input, a).singletonOrThrow();
        return Linear.linear(low, scaledB).singletonOrThrow();
    }
}
