package io.safefedllm.probe.engine;

import io.safefedllm.probe.feature.FeatureVector;
import java.util.List;

/** Computes logits on one device. One thread at a time. */
interface LogitKernel extends AutoCloseable {
    /** Returns {@code cpu} or {@code cuda:N}. */
    String device();

    /** Returns a · x + c of every feature, for the view at that position of the set; features is not empty. */
    double[] logits(int view, List<FeatureVector> features);

    @Override
    void close();
}
