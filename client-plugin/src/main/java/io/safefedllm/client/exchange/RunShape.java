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

    /** Checks the length. */
    public RunShape {
        if (maxLength < SHORTEST) {
            throw new IllegalArgumentException("the maximum length must be at least 2 but was " + maxLength);
        }
    }

    /**
     * Returns this shape with what the run decides: FlowerTune's {@code model.lora.*} and {@code train.seq-length} first, then ours,
     * {@code safe-fedllm.local.lora-*}.
     *
     * @throws IllegalArgumentException if a value is of no use, or asks for an adapter that there is not here; the message names it
     */
    RunShape in(Map<String, Object> runConfig) {
        AdapterOptions.require(runConfig);
        RunValues run = new RunValues(runConfig);
        LoraConfig shaped = new LoraConfig(
                run.whole(1, RunKey.LORA_R, RunKey.OUR_LORA_R).orElse(lora.r()),
                run.number(Double.MIN_VALUE, RunKey.LORA_ALPHA, RunKey.OUR_LORA_ALPHA)
                        .orElse(lora.alpha()),
                run.number(0, RunKey.LORA_DROPOUT, RunKey.OUR_LORA_DROPOUT).orElse(lora.dropout()),
                AdapterOptions.targetModules(run).orElse(lora.targetModules()),
                lora.baseModel());
        return new RunShape(shaped, run.whole(SHORTEST, RunKey.SEQ_LENGTH).orElse(maxLength));
    }
}
