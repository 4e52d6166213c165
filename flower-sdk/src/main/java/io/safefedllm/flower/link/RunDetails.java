package io.safefedllm.flower.link;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node knows of a run.
 *
 * @param runId the run
 * @param app the run's app
 * @param runConfig the app's defaults overlaid with the run's overrides, in order; values as in {@link RunInputs}
 */
public record RunDetails(long runId, AppIdentity app, Map<String, Object> runConfig) {
    public RunDetails {
        runConfig = Collections.unmodifiableMap(new LinkedHashMap<>(runConfig));
    }
}
