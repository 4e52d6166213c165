package io.safefedllm.flower.fab;

import io.safefedllm.flower.record.FormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The configuration of a run: what its app declares, overridden by what the run was started with. */
public final class RunConfigs {
    private RunConfigs() {}

    /**
     * Returns {@code defaults} with the values of {@code overrides}.
     *
     * <p>No value is converted: an override {@code lr=1} makes an integer of a default {@code 0.1}. Order is that of the
     * defaults.
     *
     * @param defaults a result of {@link Fab#defaultRunConfig()}
     * @param overrides flat, with {@link Boolean}, {@link Long}, {@link Double} and {@link String} values
     * @throws FormatException if an override has a key that the app does not declare, or a value of another class
     */
    public static Map<String, Object> fuse(Map<String, Object> defaults, Map<String, Object> overrides)
            throws FormatException {
        Map<String, Object> fused = new LinkedHashMap<>(defaults);
        for (Map.Entry<String, Object> override : overrides.entrySet()) {
            String key = override.getKey();
            if (!defaults.containsKey(key)) {
                throw new FormatException("run config '" + key + "' is not declared by the app; it declares "
                        + new TreeSet<>(defaults.keySet()));
            }
            if (!isAllowed(override.getValue())) {
                throw new FormatException("run config '" + key
                        + "' must be a boolean, an integer, a double or a string," + " but was of type "
                        + override.getValue().getClass().getSimpleName());
            }
            fused.put(key, override.getValue());
        }
        return Collections.unmodifiableMap(fused);
    }

    static boolean isAllowed(Object value) {
        return List.of(Boolean.class, Long.class, Double.class, String.class).contains(value.getClass());
    }
}
