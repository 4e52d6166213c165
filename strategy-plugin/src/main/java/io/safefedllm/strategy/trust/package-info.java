/**
 * Turns scores into security weights: the levels, and the ledger of what they remember of each client.
 *
 * <p>In: one {@link io.safefedllm.strategy.trust.Testimony} for each client that replied in a round, ascending by unsigned
 * node id. Out: one {@link io.safefedllm.strategy.trust.Verdict} for each. Called by {@code strategy.round}, on its thread,
 * once a round. Knows nothing of adapters, records or the network.
 */
@NullMarked
package io.safefedllm.strategy.trust;

import org.jspecify.annotations.NullMarked;
