package io.safefedllm.strategy.gate;

import io.safefedllm.probe.lora.LoraUpdate;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The local steps of one run that a client reported and the gate went through (SF-7.1, codes 5 and 7 to 10; SF-13.2). It keeps the reply's bytes alive: score the
 * steps and let go of it.
 */
public final class ReportedSteps {
    private static final ReportedSteps NONE = new ReportedSteps(StepFinding.FINE, false, List.of(), step -> {
        throw new IllegalArgumentException("there is no step " + step);
    });

    private final StepFinding finding;
    private final boolean carried;
    private final List<Integer> steps;
    private final IntFunction<LoraUpdate> updates;

    private ReportedSteps(StepFinding finding, boolean carried, List<Integer> steps, IntFunction<LoraUpdate> updates) {
        this.finding = finding;
        this.carried = carried;
        this.steps = steps;
        this.updates = updates;
    }

    /** Returns what a reply without a record has, where none is needed. */
    static ReportedSteps none() {
        return NONE;
    }

    static ReportedSteps refused(StepFinding finding, boolean carried) {
        return new ReportedSteps(finding, carried, List.of(), NONE.updates);
    }

    static ReportedSteps of(List<Integer> steps, IntFunction<LoraUpdate> updates) {
        return new ReportedSteps(StepFinding.FINE, true, List.copyOf(steps), updates);
    }

    /** Returns whether a rule is broken. */
    public StepFinding finding() {
        return finding;
    }

    /** Returns whether the reply carries a record at all; if not, the server may take its own evidence. */
    public boolean carried() {
        return carried;
    }

    /** Returns the steps that may be scored, ascending; none if a rule is broken. */
    public List<Integer> steps() {
        return steps;
    }

    /**
     * Decodes one step: what the adapter had become after it, minus the base of the scores, over the tensors of the views.
     *
     * @throws IllegalArgumentException if it is none of {@link #steps}
     */
    public LoraUpdate update(int step) {
        if (!steps.contains(step)) {
            throw new IllegalArgumentException("there is no step " + step);
        }
        return updates.apply(step);
    }
}
