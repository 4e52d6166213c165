package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.GlobalValues;

/**
 * Adds a running mean of the differences: M = beta M + (1 - beta) D, G' = G + M; the first applied round sets M = D.
 *
 * <p>Not the form M = beta M + D of other libraries. A skipped first round leaves no momentum behind, so the next one is
 * the first (the authors' code would start with M = 0.1 D there). O(d) time and memory.
 *
 * <p>BL-3; Hsu, Qi and Brown, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual
 * Classification", 2019, arXiv:1909.06335.
 */
final class FedAvgM implements ServerOptimizer {
    static final String NAME = "fedavgm";
    private static final String MOMENTUM = NAME + ".m";

    private final double beta;

    FedAvgM(OptimizerSettings settings) {
        this.beta = settings.beta1();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean plainMeanWithoutWeights() {
        return false;
    }

    @Override
    public ServerStep step(GlobalValues global, Aggregate aggregate, CarriedState state) {
        double[] difference = Moments.difference(global, aggregate);
        double[] momentum = Moments.momentum(Moments.carried(state, MOMENTUM, difference.length), difference, beta);
        CarriedState after = state.with(MOMENTUM, momentum);
        Moments.addGlobal(global, momentum);
        return new ServerStep(momentum, after);
    }
}
