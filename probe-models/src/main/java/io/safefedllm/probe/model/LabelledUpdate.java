package io.safefedllm.probe.model;

import io.safefedllm.probe.lora.LoraUpdate;

/**
 * An update whose harm is known: what a probe is trained, calibrated and measured with.
 *
 * @param update what a client changed
 * @param harmful whether it was trained on harmful rows (SF-3.1)
 * @param source name of the data set it was trained on, not empty
 */
public record LabelledUpdate(LoraUpdate update, boolean harmful, String source) {
    /**
     * Checks the source.
     *
     * @throws IllegalArgumentException if the source is empty
     */
    public LabelledUpdate {
        if (source.isEmpty()) {
            throw new IllegalArgumentException("a labelled update must name its source");
        }
    }
}
