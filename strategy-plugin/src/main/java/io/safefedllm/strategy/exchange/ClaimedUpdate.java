package io.safefedllm.strategy.exchange;

import io.safefedllm.probe.lora.AdapterLayout;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a reply claims (SF-7.1): adapter values of the right form, a number of examples, and perhaps a record of the local steps.
 * Nothing else has been checked; values may be NaN, the number and the record may be anything.
 *
 * <p>Immutable.
 */
public final class ClaimedUpdate {
    private final AdapterLayout layout;
    private final float[] values;
    private final OptionalLong claimedExamples;
    private final Optional<StepEvidence> steps;

    private ClaimedUpdate(
            AdapterLayout layout, float[] values, OptionalLong claimedExamples, Optional<StepEvidence> steps) {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "claimed values must be " + layout.size() + " but were " + values.length);
        }
        this.layout = layout;
        this.values = values;
        this.claimedExamples = claimedExamples;
        this.steps = steps;
    }

    /**
     * Makes a claim that takes {@code values} over; they follow the layout's order.
     *
     * @throws IllegalArgumentException if there are not exactly {@code layout.size()} values
     */
    public static ClaimedUpdate wrap(AdapterLayout layout, float[] values, OptionalLong claimedExamples) {
        return new ClaimedUpdate(layout, values, claimedExamples, Optional.empty());
    }

    /** Returns this claim with a record of the local steps; the two share their values. */
    public ClaimedUpdate withSteps(Optional<StepEvidence> record) {
        return new ClaimedUpdate(layout, values, claimedExamples, record);
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

    /** Returns what the client reports of its local steps, if the reply carries such a record. */
    public Optional<StepEvidence> steps() {
        return steps;
    }
}
