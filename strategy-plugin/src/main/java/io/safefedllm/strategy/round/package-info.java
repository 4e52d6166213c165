/**
 * Plays the rounds of a run: sends tasks, waits for replies, leads each through gate, evidence and trust, aggregates,
 * and writes down what was decided and why.
 *
 * <p>In: a {@code Grid}, settings, a probe and the first adapter. Out: a run directory with the journal and an adapter a
 * round, and events for a {@link io.safefedllm.strategy.round.RoundListener}. Called by whoever runs a {@link
 * io.safefedllm.strategy.round.SafeFedLlmServerApp}. One thread a run.
 */
@NullMarked
package io.safefedllm.strategy.round;

import org.jspecify.annotations.NullMarked;
