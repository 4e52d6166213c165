/**
 * What the server does with an aggregate beyond taking it over: momentum and adaptive steps, and SCAFFOLD's control.
 *
 * <p>In: the global values, an {@link io.safefedllm.strategy.aggregate.Aggregate} and the state of the last applied round.
 * Out: the values of the next adapter and the state after. Called only by {@code strategy.round}.
 */
@NullMarked
package io.safefedllm.strategy.optimize;

import org.jspecify.annotations.NullMarked;
