package io.safefedllm.probe.engine;

import io.safefedllm.probe.model.ProbeScore;

/**
 * What one view says of one update.
 *
 * @param view name of the view
 * @param norm Euclidean norm of the selected tensors before normalisation; below 1e-12 nothing was trained
 * @param z logit, finite
 * @param score sigma(z) as binary32
 * @param threshold tau of the view
 * @param harmful whether the score reaches the threshold; a tie does
 */
public record ViewScore(String view, double norm, double z, ProbeScore score, double threshold, boolean harmful) {}
