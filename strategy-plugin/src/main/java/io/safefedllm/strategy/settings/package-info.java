/**
 * What can be set about a run: one record per concern, one table of keys and defaults.
 *
 * <p>In: a run config or any map of full keys. Out: {@link io.safefedllm.strategy.settings.StrategySettings}, checked as a
 * whole, or a {@link io.safefedllm.strategy.settings.SettingsException} that says what to change. Called by {@code
 * strategy.round} and by whoever prints the table. Knows nothing of nodes, files or the network.
 */
@NullMarked
package io.safefedllm.strategy.settings;

import org.jspecify.annotations.NullMarked;
