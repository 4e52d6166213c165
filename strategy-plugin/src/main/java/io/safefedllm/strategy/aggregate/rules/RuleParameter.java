package io.safefedllm.strategy.aggregate.rules;

import java.util.List;
import java.util.Optional;

/**
 * One parameter of a rule (BL-8 to BL-20), as help texts, documents and settings list it.
 *
 * @param key name of the rule, a dot, name of the parameter; the run setting is this after {@code safe-fedllm.rule.}
 * @param kind the values that there are
 * @param words the words to choose from where the kind is {@link ParameterKind#WORD}; empty otherwise
 * @param fallback the value where none is given, as text; nothing where the rule decides, as the meaning says
 * @param meaning what it does, one line
 */
public record RuleParameter(
        String key, ParameterKind kind, List<String> words, Optional<String> fallback, String meaning) {

    /** Copies the words. */
    public RuleParameter {
        words = List.copyOf(words);
    }

    /** Returns what completes the sentence "the parameter must be ...". */
    public String allowed() {
        return words.isEmpty() ? kind.words() : "one of " + String.join(", ", words);
    }

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException if it is not allowed; the message names the parameter, the value and what is allowed
     */
    public void check(String value) {
        boolean known = words.isEmpty() ? kind.number(value).isPresent() : words.contains(value);
        if (!known) {
            throw new IllegalArgumentException("rule." + key + " must be " + allowed() + " but was '" + value + "'");
        }
    }
}
