package io.safefedllm.strategy.aggregate.rules;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Which rule, and everything that it has to be told.
 *
 * @param name a rule of the table, or steps and a rule joined by plus signs, as in {@code bucketing+trimmed-mean}; a step
 *     that no rule follows is followed by the mean
 * @param byzantine the assumed number of attackers, where there is one
 * @param paperFaithful whether more attackers than the rows can bear are an error instead of being lowered, and the median
 *     is the lower one unless said otherwise (BL-0.6, BL-8)
 * @param parameters values by {@link RuleParameter#key()}; of rules that do not take part too, they change nothing
 */
public record RuleChoice(String name, OptionalInt byzantine, boolean paperFaithful, Map<String, String> parameters) {

    /** Copies the parameters. */
    public RuleChoice {
        parameters = Map.copyOf(parameters);
    }

    /** Chooses a rule with its default parameters, hardened. */
    public static RuleChoice of(String name, OptionalInt byzantine) {
        return new RuleChoice(name, byzantine, false, Map.of());
    }
}
