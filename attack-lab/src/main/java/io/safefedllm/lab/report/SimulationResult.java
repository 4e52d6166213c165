package io.safefedllm.lab.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a simulation ended with.
 *
 * @param settings every setting that was used, in the order shown; values are strings, numbers, booleans or lists of them
 * @param arms in the order asked for
 */
public record SimulationResult(Map<String, Object> settings, List<ArmResult> arms) {
    public SimulationResult {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        arms = List.copyOf(arms);
    }
}
