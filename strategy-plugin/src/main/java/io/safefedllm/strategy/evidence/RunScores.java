package io.safefedllm.strategy.evidence;

import java.util.List;

/**
 * The scores of what a client reported of one run (SF-13.1).
 *
 * @param reported whether the client reported the run, or had to; if not, the server takes its own evidence
 * @param totalSteps T of a reported run, at least 1
 * @param steps one record a step that could be read, ascending
 */
public record RunScores(boolean reported, int totalSteps, List<StepScores> steps) {
    /** Nothing was reported, and nothing had to be. */
    public static final RunScores NONE = new RunScores(false, 1, List.of());

    /** Copies the list. */
    public RunScores {
        steps = List.copyOf(steps);
    }
}
