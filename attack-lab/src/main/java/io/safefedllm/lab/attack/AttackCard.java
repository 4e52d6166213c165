package io.safefedllm.lab.attack;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user needs to know of an attack (AT-1 to AT-21).
 *
 * @param name as it is given on the command line
 * @param parameters in the order of documents
 * @param summary one sentence
 * @param formula the rules of the attack catalogue
 */
public record AttackCard(String name, List<AttackParameter> parameters, String summary, String formula) {
    /** Copies the list. */
    public AttackCard {
        parameters = List.copyOf(parameters);
    }

    /** Returns the parameters with their defaults, empty without any: {@code ratio=1,period=3}. */
    public String usage() {
        return parameters.stream()
                .map(parameter -> parameter.name() + "=" + parameter.fallback())
                .collect(Collectors.joining(","));
    }
}
