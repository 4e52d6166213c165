package io.safefedllm.strategy.exchange;

import io.safefedllm.probe.lora.AdapterLayout;
import java.util.OptionalLong;

/**
 * What a reply claims: adapter values of the right form, and a number of examples. Nothing else has been checked; values
 * may be NaN, the number may be anything.
 *
 * <p>Immutable.
 */
public final class ClaimedUpdate {
    private final AdapterLayout layout;
    private final float[] values;
    private final OptionalLong claimedExamples;

    private ClaimedUpdate(AdapterLayout layout, float[] values, OptionalLong claimedExamples) {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "claimed values must be " + layout.size() + " but were " + values.length);
        }
        this.layout = layout;
        this.values = values;
        this.claimedExamples = claimedExamples;
    }

    /**
     * Makes a claim that takes {@code values} over; they follow the layout's order.
     *
     * @throws IllegalArgumentException if there are not exactly {@code layout.size()} values
     */
    public static ClaimedUpdate wrap(AdapterLayout layout, float[] values, OptionalLong claimedExamples) {
        return new ClaimedUpdate(layout, values, claimedExamples);
    }

    /** Returns names, shapes and order of the tensors: those of the adapter that was sent. */
    public AdapterLayout layout() {
        return layout;
    }

    /** Returns a copy of the absolute values in the layout's order. */
    public float[] toArray() {
        return values.clone();
    }

    /** Returns the number of examples if the reply had exactly one metric record with a whole number in it. */
    public OptionalLong claimedExamples() {
        return claimedExamples;
    }
}
