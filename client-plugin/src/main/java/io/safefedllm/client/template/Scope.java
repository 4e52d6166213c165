package io.safefedllm.client.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and their values; loops have scopes of their own, branches do not. */
final class Scope {
    private final @Nullable Scope parent;
    private final Map<String, Object> values = new HashMap<>();

    private Scope(@Nullable Scope parent) {
        this.parent = parent;
    }

    static Scope root(Map<String, Object> globals) {
        Scope scope = new Scope(null);
        scope.values.putAll(globals);
        return scope;
    }

    Scope inner() {
        return new Scope(this);
    }

    void set(String name, Object value) {
        values.put(name, value);
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            Object value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return None.UNDEFINED;
    }
}
