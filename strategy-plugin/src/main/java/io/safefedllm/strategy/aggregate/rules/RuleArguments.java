package io.safefedllm.strategy.aggregate.rules;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What one rule of a choice is told, by the short names of its own parameters. */
final class RuleArguments {
    private final RuleCard card;
    private final RuleChoice choice;

    RuleArguments(RuleCard card, RuleChoice choice) {
        this.card = card;
        this.choice = choice;
    }

    /** Returns the assumed number of attackers; 0 where the rule needs none. */
    Attackers attackers() {
        return attackers(choice.byzantine().orElse(0));
    }

    /** Returns a fixed number of attackers, in the mode of the choice. */
    Attackers attackers(int assumed) {
        return new Attackers(assumed, choice.paperFaithful());
    }

    boolean paperFaithful() {
        return choice.paperFaithful();
    }

    double number(String name) {
        return Double.parseDouble(text(name));
    }

    int count(String name) {
        return (int) number(name);
    }

    /** Returns a count that has no default. */
    OptionalInt optionalCount(String name) {
        Optional<String> given = optionalText(name);
        return given.isPresent() ? OptionalInt.of((int) Double.parseDouble(given.get())) : OptionalInt.empty();
    }

    /** Returns a number that has no default. */
    OptionalDouble optionalNumber(String name) {
        Optional<String> given = optionalText(name);
        return given.isPresent() ? OptionalDouble.of(Double.parseDouble(given.get())) : OptionalDouble.empty();
    }

    String text(String name) {
        return optionalText(name)
                .orElseThrow(() -> new IllegalStateException("parameter '" + name + "' of rule '" + card.name()
                        + "' has no default and must be read as optional"));
    }

    /** Returns a value that may be missing: the one given, else the default, else nothing. */
    Optional<String> optionalText(String name) {
        String key = card.name() + "." + name;
        Map<String, String> given = choice.parameters();
        RuleParameter parameter = card.parameters().stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("rule '" + card.name() + "' has no parameter " + name));
        return Optional.ofNullable(given.get(key)).or(parameter::fallback);
    }
}
