package io.safefedllm.client.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a call is given.
 *
 * @param positional in order
 * @param named by name
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments EMPTY = new Arguments(List.of(), Map.of());

    /** Returns the argument at a position, or of that name. */
    Optional<Object> get(int position, String name) {
        return position < positional.size()
                ? Optional.of(positional.get(position))
                : Optional.ofNullable(named.get(name));
    }

    String text(int position, String name, String what) {
        return get(position, name)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .orElseThrow(() -> new TemplateException(what + " needs a string " + name));
    }
}
