package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;

/** The left side of a {@code set}: one name, several, or an attribute of a namespace. */
final class Assignment {
    private final List<String> names;
    private final String attribute;

    private Assignment(List<String> names, String attribute) {
        this.names = names;
        this.attribute = attribute;
    }

    static Assignment read(ExpressionParser words) {
        List<String> names = new ArrayList<>(List.of(words.name()));
        if (words.skip(".")) {
            return new Assignment(names, words.name());
        }
        while (words.skip(",")) {
            names.add(words.name());
        }
        return new Assignment(names, "");
    }

    void set(Scope scope, Object value) {
        if (!attribute.isEmpty()) {
            if (scope.get(names.get(0)) instanceof Namespace namespace) {
                namespace.set(attribute, value);
                return;
            }
            throw new TemplateException("only attributes of a namespace can be set but '" + names.get(0) + "' is a "
                    + Values.kind(scope.get(names.get(0))));
        }
        if (names.size() == 1) {
            scope.set(names.get(0), value);
        } else {
            unpack(scope, names, value);
        }
    }

    static void unpack(Scope scope, List<String> names, Object value) {
        List<?> parts = Values.items(value);
        if (parts.size() != names.size()) {
            throw new TemplateException(
                    parts.size() + " values cannot be given to the " + names.size() + " names " + names);
        }
        for (int i = 0; i < names.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }
}
