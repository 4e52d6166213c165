package io.safefedllm.client.template;

import java.util.HashMap;
import java.util.Map;

/** Jinja's namespace: the only thing that a template can change from inside a loop. */
final class Namespace {
    private final Map<String, Object> values;

    Namespace(Map<String, Object> values) {
        this.values = new HashMap<>(values);
    }

    Object get(String name) {
        return values.getOrDefault(name, None.UNDEFINED);
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
