/**
 * Where evidence comes from: the reply itself, or the answer to a dispatched shadow task.
 *
 * <p>In: an admitted update and, at the shadow level, an admitted shadow update. Out: {@link
 * io.safefedllm.strategy.evidence.Evidence}, the scores by step. Called by {@code strategy.round}. Knows nothing of
 * weights or the network.
 */
@NullMarked
package io.safefedllm.strategy.evidence;

import org.jspecify.annotations.NullMarked;
