package io.safefedllm.it.harness;

import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The environment with torch, transformers and PEFT, which only {@code -Ppeft} makes: it takes several gigabytes and, the first time,
 * many minutes. Tests carry {@code @Tag("peft")}.
 */
public final class PeftEnvironment {
    private static final String SWITCH = "safefedllm.peft";

    private PeftEnvironment() {}

    /** Returns the environment with {@code -Ppeft}; without it skips {@code test} and prints why. */
    public static PythonEnvironment require(Class<?> test) {
        return requireThat(Boolean.getBoolean(SWITCH), test);
    }

    /** Returns the environment with {@code -Ppeft}, or if an earlier run has left it; otherwise skips {@code test} and prints why. */
    public static PythonEnvironment requireOrFind(Class<?> test) {
        return requireThat(Boolean.getBoolean(SWITCH) || PythonEnvironment.hasPeft(), test);
    }

    private static PythonEnvironment requireThat(boolean wanted, Class<?> test) {
        String reason = "it needs torch, transformers and PEFT, several gigabytes; run ./mvnw verify -Ppeft";
        if (!wanted) {
            System.out.println(test.getSimpleName() + " does not run: " + reason);
        }
        Assumptions.assumeTrue(wanted, reason);
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
