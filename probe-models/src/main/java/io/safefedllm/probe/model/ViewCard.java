package io.safefedllm.probe.model;

import org.jspecify.annotations.Nullable;

/**
 * How one view came about and how good it is.
 *
 * @param view name of the view
 * @param epochs epochs of training until it stopped
 * @param validationLoss smallest loss on the validation part
 * @param heldOut rates at the view's threshold: over the validation part, after calibration over the calibration rows
 * @param calibration how the threshold was chosen; null if it is the paper's 0.8
 */
public record ViewCard(
        String view, int epochs, double validationLoss, HeldOutRates heldOut, @Nullable Calibration calibration) {}
