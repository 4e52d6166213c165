/**
 * Decides which replies of a round may be scored at all, and how much of them may count: the payload firewall.
 *
 * <p>In: what a node's replies claim, from {@code strategy.exchange}, and for the round as a whole norms, digests and sketches. Out:
 * {@link io.safefedllm.strategy.gate.Admission}, and {@link io.safefedllm.strategy.gate.RoundGate.Findings}; the gate is the
 * only maker of a client's {@code LoraUpdate}. Called by {@code strategy.round}. Knows nothing of scores, weights or the
 * network.
 */
@NullMarked
package io.safefedllm.strategy.gate;

import org.jspecify.annotations.NullMarked;
