/**
 * Every aggregation rule, one class each, and the one table that names them with their parameters.
 *
 * <p>In: a {@link io.safefedllm.strategy.aggregate.RuleInput}. Out: a
 * {@link io.safefedllm.strategy.aggregate.RuleOutcome}. The door is
 * {@link io.safefedllm.strategy.aggregate.rules.AggregationRules}; classes whose name ends in {@code Rule} are rules, in
 * {@code Step} steps before a rule, the others what rules share. No rule holds whole adapters of several clients: rows are
 * read block by block, as often as it takes.
 */
@NullMarked
package io.safefedllm.strategy.aggregate.rules;

import org.jspecify.annotations.NullMarked;
