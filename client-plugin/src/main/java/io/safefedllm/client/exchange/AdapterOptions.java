package io.safefedllm.client.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PEFT's options in a run config, {@code model.lora.*}: those that are followed, and those that are refused. */
final class AdapterOptions {
    private static final String PREFIX = "model.lora.";
    private static final Set<String> FOLLOWED =
            Arrays.stream(RunKey.values()).map(RunKey::key).collect(Collectors.toSet());

    /** Values that name what is done here anyway; of other switches it is off. */
    private static final Map<String, Object> AS_HERE = Map.of(
            PREFIX + "peft-bias",
            "none",
            PREFIX + "peft-init-lora-weights",
            true,
            PREFIX + "peft-task-type",
            "CAUSAL_LM");

    /** PEFT takes a text for a regular expression; these names would match nothing as such, so they have no other meaning. */
    private static final Pattern MODULES = Pattern.compile("\\w+(-linear)?( *, *\\w+)*");

    private AdapterOptions() {}

    /**
     * Refuses what changes an adapter and is not followed here.
     *
     * @throws IllegalArgumentException if there is such an option; the message names it
     */
    static void require(Map<String, Object> runConfig) {
        runConfig.forEach((key, value) -> {
            if (key.startsWith(PREFIX) && !FOLLOWED.contains(key) && !changesNothing(key, value)) {
                throw new IllegalArgumentException("the run's " + key + " is not supported by this node but was '"
                        + value + "'; leave it out of the run config");
            }
        });
    }

    private static boolean changesNothing(String key, Object value) {
        Object here = AS_HERE.get(key);
        return !RunValues.isSet(value) || value.equals(here) || (value.equals(false) && !Boolean.TRUE.equals(here));
    }

    /**
     * Returns the adapted modules that the run names.
     *
     * @throws IllegalArgumentException if the value is not a list of names
     */
    static Optional<List<String>> targetModules(RunValues run) {
        Optional<String> names = run.value(RunKey.TARGET_MODULES).map(String::valueOf);
        if (names.isPresent() && !MODULES.matcher(names.get()).matches()) {
            throw run.refused(" must be all-linear or names separated by commas", RunKey.TARGET_MODULES);
        }
        return names.map(text -> List.of(text.split(" *, *")));
    }
}
