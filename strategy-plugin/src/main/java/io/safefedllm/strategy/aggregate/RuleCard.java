package io.safefedllm.strategy.aggregate;

/**
 * One row of the table of aggregation rules that help texts and documents print.
 *
 * @param name the name on the command line
 * @param tolerates the share of hostile clients that the rule's claim covers
 * @param takesByzantine whether the rule has to be told the assumed number of attackers
 * @param cost the time of one round for m rows of d elements
 * @param summary what the rule does, one line
 * @param paper where it comes from
 */
public record RuleCard(
        String name, String tolerates, boolean takesByzantine, String cost, String summary, String paper) {}
