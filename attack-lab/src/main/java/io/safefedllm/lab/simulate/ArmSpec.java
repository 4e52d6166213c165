package io.safefedllm.lab.simulate;

import io.safefedllm.strategy.trust.Level;

/**
 * What an arm of a simulation does with the replies.
 *
 * @param name as it is asked for: {@code safe-fedllm:shadow}
 * @param level what the defence scores
 * @param rule the aggregation rule
 * @param takesByzantine whether the rule is told the true number of hostile clients
 * @param oracle whether the arm knows who is hostile
 * @param summary one sentence
 */
public record ArmSpec(String name, Level level, String rule, boolean takesByzantine, boolean oracle, String summary) {}
