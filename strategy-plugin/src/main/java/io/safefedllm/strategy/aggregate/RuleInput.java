package io.safefedllm.strategy.aggregate;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;

/**
 * Everything that a rule may look at: the rows of a round, one weight a row, the adapter that the rows started from with
 * its layout, what is drawn, and what the rule carried over from the last applied round (BL-0.1, BL-0.2).
 *
 * <p>Immutable but for the draws; the store and the global values stay the caller's.
 */
public final class RuleInput {
    private final UpdateStore store;
    private final double[] weights;
    private final AdapterLayout layout;
    private final GlobalValues global;
    private final Draws draws;
    private final CarriedState state;

    private RuleInput(
            UpdateStore store,
            double[] weights,
            AdapterLayout layout,
            GlobalValues global,
            Draws draws,
            CarriedState state) {
        this.store = store;
        this.weights = weights;
        this.layout = layout;
        this.global = global;
        this.draws = draws;
        this.state = state;
    }

    /**
     * Takes rows of absolute adapters that started from {@code global}, in that adapter's order, with no carried state.
     *
     * @param weights one weight a row, finite and not negative; copied
     * @throws IllegalArgumentException if the rows have another width than the adapter, a weight is negative or not finite,
     *     or their number is not that of the rows
     */
    public static RuleInput of(UpdateStore store, double[] weights, LoraAdapter global, Draws draws) {
        return of(store, weights, global.layout(), GlobalValues.of(global), draws);
    }

    /**
     * As {@link #of(UpdateStore, double[], LoraAdapter, Draws)}, for global values that are not an adapter.
     *
     * @throws IllegalArgumentException as there
     */
    public static RuleInput of(
            UpdateStore store, double[] weights, AdapterLayout layout, GlobalValues global, Draws draws) {
        if (store.width() != layout.size()) {
            throw new IllegalArgumentException(
                    "rows must have the layout's " + layout.size() + " elements but have " + store.width());
        }
        requireWeights(weights, store.rows());
        return new RuleInput(store, weights.clone(), layout, global, draws, CarriedState.empty());
    }

    private static void requireWeights(double[] weights, int rows) {
        if (weights.length != rows) {
            throw new IllegalArgumentException(
                    "number of weights must be the number of rows " + rows + " but was " + weights.length);
        }
        for (double weight : weights) {
            if (!(weight >= 0.0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("weight must be finite and not negative but was " + weight);
            }
        }
    }

    /** Returns this input with the state that the last applied round left. */
    public RuleInput withState(CarriedState carried) {
        return new RuleInput(store, weights, layout, global, draws, carried);
    }

    /**
     * Returns this input with other rows of the same layout.
     *
     * @throws IllegalArgumentException as {@link #of(UpdateStore, double[], LoraAdapter, Draws)}
     */
    public RuleInput withRows(UpdateStore rows, double[] rowWeights) {
        return of(rows, rowWeights, layout, global, draws).withState(state);
    }

    /** Returns the rows. */
    public UpdateStore store() {
        return store;
    }

    /** Returns the weight of one row, finite and not negative. */
    public double weight(int row) {
        return weights[row];
    }

    /** Returns names, shapes and order of the tensors in a row. */
    public AdapterLayout layout() {
        return layout;
    }

    /** Returns the values that the rows started from (G). */
    public GlobalValues global() {
        return global;
    }

    /** Returns what the rule draws from. */
    public Draws draws() {
        return draws;
    }

    /** Returns what the last applied round left; empty before the first. */
    public CarriedState state() {
        return state;
    }
}
