package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.GlobalValues;
import java.util.Optional;

/** What the optimisers share: the difference to the aggregate and the arrays that they carry. */
final class Moments {
    private static final int BLOCK = 1 << 16;

    private Moments() {}

    /** Returns D = aggregate - G. */
    static double[] difference(GlobalValues global, Aggregate aggregate) {
        double[] difference = new double[aggregate.width()];
        double[] block = new double[Math.min(BLOCK, difference.length)];
        for (int from = 0; from < difference.length; from += BLOCK) {
            int length = Math.min(BLOCK, difference.length - from);
            global.read(from, block, length);
            for (int i = 0; i < length; i++) {
                difference[from + i] = aggregate.at(from + i) - block[i];
            }
        }
        return difference;
    }

    /** Turns steps into values: adds G. */
    static void addGlobal(GlobalValues global, double[] steps) {
        double[] block = new double[Math.min(BLOCK, steps.length)];
        for (int from = 0; from < steps.length; from += BLOCK) {
            int length = Math.min(BLOCK, steps.length - from);
            global.read(from, block, length);
            for (int i = 0; i < length; i++) {
                steps[from + i] += block[i];
            }
        }
    }

    /** Returns a carried array, if there is one. */
    static Optional<double[]> carried(CarriedState state, String name, int width) {
        Optional<double[]> array = state.get(name);
        array.ifPresent(values -> {
            if (values.length != width) {
                throw new IllegalArgumentException("carried array '" + name + "' must have " + width
                        + " elements but has " + values.length + "; it belongs to another adapter");
            }
        });
        return array;
    }

    /** Returns the momentum after a round: D in the first applied one, then beta M + (1 - beta) D (BL-3). */
    static double[] momentum(Optional<double[]> before, double[] difference, double beta) {
        if (before.isEmpty()) {
            return difference.clone();
        }
        double[] momentum = before.get();
        for (int i = 0; i < momentum.length; i++) {
            momentum[i] = beta * momentum[i] + (1.0 - beta) * difference[i];
        }
        return momentum;
    }
}
