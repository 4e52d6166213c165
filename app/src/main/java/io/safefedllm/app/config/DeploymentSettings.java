package io.safefedllm.app.config;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A deployment's settings for every run that it serves: {@code --config FILE} and, over it, {@code --set KEY=VALUE}.
 *
 * <p>They are weaker than the app's own configuration and the overrides of {@code flwr run --run-config}. Flower refuses overrides
 * of keys that an app does not declare, which is why a deployment can set keys of its own. Immutable.
 */
public final class DeploymentSettings {
    private final Map<String, Object> values;

    private DeploymentSettings(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** Returns no settings. */
    public static DeploymentSettings none() {
        return new DeploymentSettings(Map.of());
    }

    /**
     * Reads a TOML file; tables become dotted keys, as Flower does it.
     *
     * @throws Failure if the file is not TOML or holds a value that is no string, number or boolean
     * @throws IOException if it cannot be read
     */
    public static DeploymentSettings read(Path file) throws IOException {
        TomlParseResult parsed = Toml.parse(file);
        List<TomlParseError> errors = parsed.errors();
        if (!errors.isEmpty()) {
            TomlParseError first = errors.get(0);
            throw malformed(file, "line " + first.position().line() + ": " + first.getMessage());
        }
        Map<String, Object> values = new TreeMap<>();
        flatten("", parsed, values, file);
        return new DeploymentSettings(values);
    }

    /**
     * Returns these settings with {@code assignments} of the form {@code KEY=VALUE} on top. A value is read as TOML
     * ({@code 3}, {@code 0.5}, {@code true}, {@code "x"}); what is no TOML is the text itself, so that
     * {@code safe-fedllm.level=client} needs no quotes.
     *
     * @throws Failure if an assignment has no key or no equals sign
     */
    public DeploymentSettings with(List<String> assignments) {
        Map<String, Object> all = new TreeMap<>(values);
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new Failure(
                        FailureCode.USAGE,
                        "--set '" + assignment + "' is not KEY=VALUE",
                        "Write for instance --set safe-fedllm.level=client");
            }
            all.put(
                    assignment.substring(0, equals).strip(),
                    value(assignment.substring(equals + 1).strip()));
        }
        return new DeploymentSettings(all);
    }

    /** Returns the settings by key. */
    public Map<String, Object> values() {
        return values;
    }

    static Object value(String text) {
        TomlParseResult parsed = Toml.parse("value = " + text);
        Object value = parsed.hasErrors() || parsed.size() != 1 ? null : parsed.get("value");
        return value != null && isScalar(value) ? value : text;
    }

    private static void flatten(String prefix, TomlTable table, Map<String, Object> into, Path file) {
        for (String key : table.keySet()) {
            Object value = table.get(List.of(key));
            if (value instanceof TomlTable inner) {
                flatten(prefix + key + ".", inner, into, file);
            } else if (isScalar(value)) {
                into.put(prefix + key, value);
            } else {
                throw malformed(file, "key '" + prefix + key + "' holds no string, number or boolean");
            }
        }
    }

    private static boolean isScalar(@Nullable Object value) {
        return value instanceof String || value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    private static Failure malformed(Path file, String why) {
        return new Failure(
                FailureCode.CONFIG_FILE,
                "cannot use the settings in '" + file + "': " + why,
                "Write one KEY = VALUE a line, for instance safe-fedllm.level = \"client\"");
    }
}
