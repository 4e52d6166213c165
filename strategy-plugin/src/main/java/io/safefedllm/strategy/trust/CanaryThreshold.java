package io.safefedllm.strategy.trust;

import io.safefedllm.strategy.exchange.ServerRound;

/** Where the canary rule places its cut in a round (SF-14.4): the server trains updates of its own and knows. */
@FunctionalInterface
public interface CanaryThreshold {
    /**
     * Returns the conformal quantile of the logits of the server's own benign updates; replies above it are harmful. Not
     * NaN; the same round always gives the same.
     */
    double of(ServerRound round);
}
