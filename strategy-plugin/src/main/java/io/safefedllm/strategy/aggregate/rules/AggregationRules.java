package io.safefedllm.strategy.aggregate.rules;

import io.safefedllm.strategy.aggregate.AggregationRule;
import io.safefedllm.strategy.aggregate.RowStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The door to all aggregation rules (BL-1, BL-8 to BL-20): by name, from one table.
 *
 * <p>A name is a rule's, or steps and a rule joined by plus signs: {@code bucketing+trimmed-mean}, {@code nnm+krum}. Steps
 * that no rule follows are followed by the mean.
 */
public final class AggregationRules {
    private AggregationRules() {}

    /** Returns the names of all rules and steps, in the order of the table. */
    public static List<String> names() {
        return cards().stream().map(RuleCard::name).toList();
    }

    /** Returns the table of all rules and steps, for help texts and documents. */
    public static List<RuleCard> cards() {
        return Stream.concat(
                        RuleTable.RULES.stream().map(RuleTable.Entry::card),
                        RuleTable.STEPS.stream().map(RuleTable.Entry::card))
                .toList();
    }

    /** Returns the parameters of all rules and steps, in the order of the table. */
    public static List<RuleParameter> parameters() {
        return cards().stream().flatMap(card -> card.parameters().stream()).toList();
    }

    /**
     * Returns the cards of the steps and the rule of a name, in the order in which they work.
     *
     * @throws IllegalArgumentException if a part is unknown, or a rule stands where a step must
     */
    public static List<RuleCard> parts(String name) {
        List<RuleCard> parts = new ArrayList<>();
        for (String part : name.split("\\+", -1)) {
            RuleCard card = cards().stream()
                    .filter(known -> known.name().equals(part))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "unknown aggregation rule '" + part + "'; choose one of " + String.join(", ", names())));
            if (!parts.isEmpty() && !parts.get(parts.size() - 1).step()) {
                throw new IllegalArgumentException("only a step can stand before another rule but '" + name + "' has '"
                        + parts.get(parts.size() - 1).name() + "' there; steps are "
                        + RuleTable.STEPS.stream()
                                .map(entry -> entry.card().name())
                                .collect(Collectors.joining(", ")));
            }
            parts.add(card);
        }
        return List.copyOf(parts);
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
        List<RuleCard> parts = checked(choice);
        List<RowStep> steps = new ArrayList<>();
        for (RuleCard part : parts) {
            if (part.step()) {
                steps.add(make(RuleTable.STEPS, part, choice));
            }
        }
        RuleCard last = parts.get(parts.size() - 1);
        AggregationRule rule = last.step() ? new MeanRule() : make(RuleTable.RULES, last, choice);
        return steps.isEmpty() ? rule : new StepwiseRule(choice.name(), steps, rule);
    }

    /**
     * Returns the chosen step on its own.
     *
     * @throws IllegalArgumentException as {@link #of(RuleChoice)}, and if the name is not that of one step
     */
    public static RowStep step(RuleChoice choice) {
        List<RuleCard> parts = checked(choice);
        if (parts.size() != 1 || !parts.get(0).step()) {
            throw new IllegalArgumentException("'" + choice.name() + "' is not the name of one step");
        }
        return make(RuleTable.STEPS, parts.get(0), choice);
    }

    private static <T> T make(List<RuleTable.Entry<T>> table, RuleCard card, RuleChoice choice) {
        return table.stream()
                .filter(entry -> entry.card().equals(card))
                .findFirst()
                .orElseThrow()
                .maker()
                .apply(new RuleArguments(card, choice));
    }

    private static List<RuleCard> checked(RuleChoice choice) {
        List<RuleCard> parts = parts(choice.name());
        for (RuleCard part : parts) {
            if (part.takesByzantine() && choice.byzantine().isEmpty()) {
                throw new IllegalArgumentException(
                        "rule '" + part.name() + "' needs the assumed number of attackers; give rule.byzantine");
            }
        }
        if (choice.byzantine().isPresent() && choice.byzantine().getAsInt() < 0) {
            throw new IllegalArgumentException("assumed number of attackers must not be negative but was "
                    + choice.byzantine().getAsInt());
        }
        checkParameters(choice);
        return parts;
    }

    private static void checkParameters(RuleChoice choice) {
        List<RuleParameter> known = parameters();
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
}
