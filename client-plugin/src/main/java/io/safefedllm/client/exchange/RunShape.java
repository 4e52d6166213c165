package io.safefedllm.client.exchange;

import io.safefedllm.probe.lora.LoraConfig;
import java.util.Map;

/**
 * The shape of a run's adapters and rows.
 *
 * @param lora the adapters
 * @param maxLength tokens after which a row is cut, at least 2
 */
public record RunShape(LoraConfig lora, int maxLength) {
    private static final int SHORTEST = 2;
    private static final String OURS = "safe-fedllm.local.";

    /** Checks the length. */
    public RunShape {
        if (maxLength < SHORTEST) {
            throw new IllegalArgumentException("the maximum length must be at least 2 but was " + maxLength);
        }
    }

    /**
     * Returns this shape with what the run decides: FlowerTune's {@code model.lora.peft-lora-r}, {@code -alpha} and
     * {@code train.seq-length} first, then ours, {@code safe-fedllm.local.lora-*}.
     *
     * @throws IllegalArgumentException if a value is of no use; the message names it
     */
    RunShape in(Map<String, Object> runConfig) {
        RunValues run = new RunValues(runConfig);
        LoraConfig shaped = new LoraConfig(
                run.whole(1, "model.lora.peft-lora-r", OURS + "lora-r").orElse(lora.r()),
                run.number(Double.MIN_VALUE, "model.lora.peft-lora-alpha", OURS + "lora-alpha")
                        .orElse(lora.alpha()),
                run.number(0, OURS + "lora-dropout").orElse(lora.dropout()),
                lora.targetModules(),
                lora.baseModel());
        return new RunShape(shaped, run.whole(SHORTEST, "train.seq-length").orElse(maxLength));
    }
}
