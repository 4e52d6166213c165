package io.safefedllm.strategy.aggregate.rules;

import java.util.List;

/**
 * One row of the table of aggregation rules (BL-1, BL-8 to BL-20) that help texts and documents print.
 *
 * @param name the name on the command line
 * @param tolerates the share of hostile clients that the rule's claim covers
 * @param takesByzantine whether the rule has to be told the assumed number of attackers
 * @param step whether it is a step before a rule, as in {@code nnm+krum}
 * @param cost the time of one round for m rows of d elements
 * @param summary what the rule does, one line
 * @param paper where it comes from
 * @param parameters what else can be set
 */
public record RuleCard(
        String name,
        String tolerates,
        boolean takesByzantine,
        boolean step,
        String cost,
        String summary,
        String paper,
        List<RuleParameter> parameters) {

    /** Copies the parameters. */
    public RuleCard {
        parameters = List.copyOf(parameters);
    }
}
