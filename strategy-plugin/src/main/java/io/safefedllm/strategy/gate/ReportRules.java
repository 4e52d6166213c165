package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.strategy.exchange.EvidenceRequest;
import io.safefedllm.strategy.exchange.TaskKind;
import java.util.List;

/**
 * What a record of local steps must look like (SF-13.1, sources {@code report} and {@code auto}).
 *
 * @param totalSteps T, the local steps of a run, at least 1
 * @param main what the level needs of the run that is submitted
 * @param shadow what the level needs of the run from the first adapter
 * @param required whether a reply without a record lacks evidence; otherwise the server takes its own ({@code auto})
 * @param keys the tensors that the views read, in the order of SF-1.4
 * @param probeSha256 digest of the probe
 */
public record ReportRules(
        int totalSteps, StepNeed main, StepNeed shadow, boolean required, AdapterLayout keys, String probeSha256) {
    /**
     * Checks the number of steps.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public ReportRules {
        if (totalSteps < 1) {
            throw new IllegalArgumentException("local steps must be at least 1 but were " + totalSteps);
        }
    }

    /** Returns what the level needs of a run. */
    public StepNeed need(TaskKind run) {
        return run == TaskKind.MAIN ? main : shadow;
    }

    /** Returns whether a run without a record lacks evidence. */
    public boolean requires(TaskKind run) {
        return required && need(run) != StepNeed.NONE;
    }

    /** Returns what to put into the tasks whose {@link #need} is not {@link StepNeed#NONE}. */
    public EvidenceRequest request() {
        return new EvidenceRequest(names(), probeSha256);
    }

    /** Returns the names of the tensors in the order of SF-1.4. */
    List<String> names() {
        return keys.tensors().stream().map(TensorSpec::name).toList();
    }
}
