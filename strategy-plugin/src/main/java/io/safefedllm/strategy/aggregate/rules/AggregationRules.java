package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** The door to all aggregation rules: by name, from one table. */
public final class AggregationRules {
    private AggregationRules() {}

    /** Returns the names of all rules, in the order of the table. */
    public static List<String> names() {
        return RuleTable.ENTRIES.stream().map(entry -> entry.card().name()).toList();
    }

    /** Returns the table of all rules, for help texts and documents. */
    public static List<RuleCard> cards() {
        return RuleTable.ENTRIES.stream().map(RuleTable.Entry::card).toList();
    }

    /** Returns the parameters of all rules, in the order of the table. */
    public static List<RuleParameter> parameters() {
        return cards().stream().flatMap(card -> card.parameters().stream()).toList();
    }

    /**
     * Returns a rule that needs no number of attackers.
     *
     * @throws IllegalArgumentException if there is no such rule, or it must be told the number of attackers
     */
    public static AggregationRule named(String name) {
        return named(name, OptionalInt.empty());
    }

    /**
     * Returns a rule that assumes {@code byzantine} attackers; rules that need no such number ignore it.
     *
     * @throws IllegalArgumentException if there is no such rule, or the number is negative
     */
    public static AggregationRule named(String name, int byzantine) {
        return named(name, OptionalInt.of(byzantine));
    }

    /**
     * Returns a rule with its default parameters, told the assumed number of attackers if there is one.
     *
     * @throws IllegalArgumentException as {@link #of(RuleChoice)}
     */
    public static AggregationRule named(String name, OptionalInt byzantine) {
        return of(RuleChoice.of(name, byzantine));
    }

    /**
     * Returns the chosen rule.
     *
     * @throws IllegalArgumentException if there is no such rule, the number of attackers is negative, the rule needs one
     *     and has none, or a parameter is unknown or not allowed; the message says what to do
     */
    public static AggregationRule of(RuleChoice choice) {
        checkParameters(choice);
        RuleTable.Entry entry = entry(choice.name());
        RuleCard card = entry.card();
        if (card.takesByzantine() && choice.byzantine().isEmpty()) {
            throw new IllegalArgumentException(
                    "rule '" + card.name() + "' needs the assumed number of attackers; give rule.byzantine");
        }
        if (choice.byzantine().isPresent() && choice.byzantine().getAsInt() < 0) {
            throw new IllegalArgumentException("assumed number of attackers must not be negative but was "
                    + choice.byzantine().getAsInt());
        }
        return entry.maker().apply(new RuleArguments(card, choice));
    }

    /** Returns the cards of everything that takes part under a name; the rule itself is last. */
    public static List<RuleCard> parts(String name) {
        return List.of(entry(name).card());
    }

    private static void checkParameters(RuleChoice choice) {
        List<RuleParameter> known = new ArrayList<>(parameters());
        for (String key : choice.parameters().keySet().stream().sorted().toList()) {
            Optional<RuleParameter> parameter =
                    known.stream().filter(one -> one.key().equals(key)).findFirst();
            if (parameter.isEmpty()) {
                throw new IllegalArgumentException(
                        "unknown parameter 'rule." + key + "'; known are, each after 'rule.': "
                                + known.stream().map(RuleParameter::key).collect(Collectors.joining(", ")));
            }
            parameter.get().check(String.valueOf(choice.parameters().get(key)));
        }
    }

    private static RuleTable.Entry entry(String name) {
        return RuleTable.ENTRIES.stream()
                .filter(entry -> entry.card().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown aggregation rule '" + name + "'; choose one of " + String.join(", ", names())));
    }
}
