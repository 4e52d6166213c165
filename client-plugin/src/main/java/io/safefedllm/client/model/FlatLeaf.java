package io.safefedllm.client.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiFunction;

/**
 * Differentiates with respect to one flat vector. Every call makes a fresh leaf in its own manager and closes both, so
 * nothing accumulates: neither gradients over calls nor native memory.
 */
final class FlatLeaf {
    private final int size;
    private final ByteBuffer staging;
    private final Runnable beforeBackward;

    FlatLeaf(int size) {
        this(size, () -> {});
    }

    /**
     * Makes a leaf of so many parameters.
     *
     * @param beforeBackward is called between forward and backward; for tests of what backward still needs then
     */
    FlatLeaf(int size, Runnable beforeBackward) {
        this.size = size;
        this.beforeBackward = beforeBackward;
        this.staging =
                ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES)).order(ByteOrder.nativeOrder());
    }

    /**
     * Evaluates {@code loss} at {@code parameters} and writes its gradient.
     *
     * @param parent parent of the manager that lives for this call
     * @param loss from the call's manager and the leaf [size] to a scalar
     */
    double differentiate(
            NDManager parent, float[] parameters, float[] gradient, BiFunction<NDManager, NDArray, NDArray> loss) {
        requireSize(parameters);
        requireSize(gradient);
        staging.asFloatBuffer().put(parameters);
        return EngineRuntime.exclusively(() -> {
            try (NDManager step = parent.newSubManager()) {
                NDArray leaf =
                        step.create(staging, new Shape(size), DataType.FLOAT32).duplicate();
                leaf.setRequiresGradient(true);
                double value = backward(step, leaf, loss);
                float[] computed = leaf.getGradient().toFloatArray();
                System.arraycopy(computed, 0, gradient, 0, size);
                return value;
            }
        });
    }

    private double backward(NDManager step, NDArray leaf, BiFunction<NDManager, NDArray, NDArray> loss) {
        try (GradientCollector collector = EngineRuntime.engine().newGradientCollector()) {
            NDArray value = loss.apply(step, leaf);
            beforeBackward.run();
            collector.backward(value);
            return value.getFloat();
        }
    }

    private void requireSize(float[] array) {
        if (array.length != size) {
            throw new IllegalArgumentException("expected " + size + " parameters but got " + array.length);
        }
    }
}
