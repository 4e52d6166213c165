package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.CarriedState;

/** The outcome of a step: the next global values in binary64 and the state to carry. Immutable. */
public final class ServerStep {
    private final double[] values;
    private final CarriedState state;

    /** Takes {@code values} over. */
    ServerStep(double[] values, CarriedState state) {
        this.values = values;
        this.state = state;
    }

    /** Returns the number of elements. */
    public int width() {
        return values.length;
    }

    /** Returns one element in binary64, before it is rounded to the adapter's binary32. */
    public double at(int index) {
        return values[index];
    }

    /** Returns the elements rounded to binary32, once (SF-0.2). */
    public float[] toFloat32() {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    /** Returns the state after the step, to keep if the round is applied. */
    public CarriedState state() {
        return state;
    }
}
