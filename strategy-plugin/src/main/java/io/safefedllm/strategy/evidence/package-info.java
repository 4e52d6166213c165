/**
 * Where evidence comes from: the reply itself, the answer to a dispatched shadow task, or the client's own record of its
 * steps; and the server's own canaries.
 *
 * <p>In: an admitted update, an admitted shadow update, reported steps that the gate went through. Out: {@link
 * io.safefedllm.strategy.evidence.Evidence}, the scores by step. Called by {@code strategy.round}. Knows nothing of weights
 * or the network.
 */
@NullMarked
package io.safefedllm.strategy.evidence;

import org.jspecify.annotations.NullMarked;
