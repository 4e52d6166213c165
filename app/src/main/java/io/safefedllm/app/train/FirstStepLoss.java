package io.safefedllm.app.train;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;

/**
 * The loss of the rows of the first step, without dropout: the same rows before and after a training, unlike the losses of its steps.
 *
 * @param before by the adapter that the training began with
 * @param after by the trained adapter; empty if it could not be computed
 * @param unknown why not; empty if it could
 */
record FirstStepLoss(double before, OptionalDouble after, String unknown) {
    /**
     * Measures the second loss. By then the adapter is written, so a failure (of memory, as a rule) is no failure of the training.
     */
    static FirstStepLoss measure(double before, DoubleSupplier after) {
        try {
            return new FirstStepLoss(before, OptionalDouble.of(after.getAsDouble()), "");
        } catch (RuntimeException e) {
            return new FirstStepLoss(before, OptionalDouble.empty(), String.valueOf(e.getMessage()));
        }
    }

    /** Returns a line for people. */
    String summary() {
        return after.isPresent()
                ? String.format(
                        Locale.ROOT,
                        "loss of the first step's rows: %.4f before, %.4f after",
                        before,
                        after.getAsDouble())
                : String.format(
                        Locale.ROOT, "loss of the first step's rows: %.4f before, unknown after: %s", before, unknown);
    }

    /** Returns what programs read; where the second loss is not known it is null, and the reason is there. */
    Map<String, Object> numbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("before", before);
        numbers.put("after", after.isPresent() ? after.getAsDouble() : null);
        if (after.isEmpty()) {
            numbers.put("unknown", unknown);
        }
        return numbers;
    }
}
