package io.safefedllm.strategy.optimize;

import io.safefedllm.strategy.aggregate.Aggregate;
import io.safefedllm.strategy.aggregate.CarriedState;
import io.safefedllm.strategy.aggregate.GlobalValues;

/**
 * A step from the global adapter G towards an aggregate, D = aggregate - G.
 *
 * <p>Stateless and thread-safe: momenta travel in the {@link CarriedState}. Whoever runs the round keeps the state after
 * only if the round is applied, so a skipped round leaves it as it was (SF-6.2).
 */
public interface ServerOptimizer {

    /** Returns the name under which {@link ServerOptimizers} knows the optimiser. */
    String name();

    /**
     * Returns whether, with {@code weights-in-rules} off, the mean under this optimiser is unweighted as in the authors'
     * code (BL-4).
     */
    boolean plainMeanWithoutWeights();

    /**
     * Makes one step.
     *
     * @param global G of this round, of the aggregate's width
     * @param state the state after the rule, {@link Aggregate#state()}
     * @throws IllegalArgumentException if the state holds arrays of another width
     */
    ServerStep step(GlobalValues global, Aggregate aggregate, CarriedState state);
}
