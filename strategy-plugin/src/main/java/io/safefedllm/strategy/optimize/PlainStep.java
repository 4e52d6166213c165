package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.GlobalValues;

/** Takes the aggregate over to the bit (BL-1, BL-2). */
final class PlainStep implements ServerOptimizer {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public boolean plainMeanWithoutWeights() {
        return false;
    }

    @Override
    public ServerStep step(GlobalValues global, Aggregate aggregate, CarriedState state) {
        double[] values = new double[aggregate.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = aggregate.at(i);
        }
        return new ServerStep(values, state);
    }
}
