/**
 * Turns scores into security weights: the levels, and the ledger of what they remember of each client.
 *
 * <p>In: a {@link io.safefedllm.strategy.trust.Testimony} of one client and one round. Out: a {@link
 * io.safefedllm.strategy.trust.Verdict}. Called by {@code strategy.round}, on its thread, once for every client that
 * replied, in ascending unsigned node id. Knows nothing of adapters, records or the network.
 */
@NullMarked
package io.safefedllm.strategy.trust;

import org.jspecify.annotations.NullMarked;
