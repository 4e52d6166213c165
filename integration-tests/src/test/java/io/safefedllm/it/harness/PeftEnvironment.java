package io.safefedllm.it.harness;

import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The environment with torch, transformers and PEFT, for tests that run with {@code -Ppeft} only: it takes several gigabytes and,
 * the first time, many minutes. Tests carry {@code @Tag("peft")}.
 */
public final class PeftEnvironment {
    private static final String SWITCH = "safefedllm.peft";

    private PeftEnvironment() {}

    /** Returns the environment, or skips {@code test} and prints why. */
    public static PythonEnvironment require(Class<?> test) {
        String reason = Boolean.getBoolean(SWITCH)
                ? ""
                : "it needs torch, transformers and PEFT, several gigabytes; run ./mvnw verify -Ppeft";
        if (!reason.isEmpty()) {
            System.out.println(test.getSimpleName() + " does not run: " + reason);
        }
        Assumptions.assumeTrue(reason.isEmpty(), reason);
        return PythonEnvironment.withPeft();
    }

    /** What its programs need in their own environment: no network, and as many threads as ours have. */
    public static Map<String, String> variables() {
        return Map.of(
                "HF_HUB_OFFLINE", "1",
                "TRANSFORMERS_OFFLINE", "1",
                "HF_HUB_DISABLE_TELEMETRY", "1",
                "OMP_NUM_THREADS", "1",
                "PYTHONUNBUFFERED", "1");
    }
}
