/**
 * Turns the weighted rows of a round into the values of the next adapter: what goes into a rule and what comes out of it.
 *
 * <p>In: an {@link io.safefedllm.strategy.aggregate.UpdateStore} of complete adapters, one row a client in ascending
 * unsigned node id, and one weight a row. Out: an {@link io.safefedllm.strategy.aggregate.Aggregate}, or the reason why
 * there is none. The rules themselves are in {@code aggregate.rules}. Called by {@code strategy.round} and by the command
 * line. Knows nothing of clients, probes or the network.
 */
@NullMarked
package io.safefedllm.strategy.aggregate;

import org.jspecify.annotations.NullMarked;
