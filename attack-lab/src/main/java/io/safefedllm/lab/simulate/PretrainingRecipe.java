package io.safefedllm.lab.simulate;

import io.safefedllm.client.checkpoint.BiasSettings;
import io.safefedllm.client.checkpoint.Dimensions;
import io.safefedllm.client.checkpoint.ModelConfig;
import io.safefedllm.client.checkpoint.ModelFamily;
import io.safefedllm.client.checkpoint.RotarySettings;
import io.safefedllm.client.checkpoint.SpecialTokens;
import io.safefedllm.client.train.AdamWSettings;
import io.safefedllm.client.train.Schedule;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.lab.corpus.WordTokenizer;
import java.util.List;
import java.util.OptionalInt;

/**
 * How the bundled model is made.
 *
 * @param steps optimiser steps
 * @param batchSize rows a step
 * @param learningRate rate after the warm-up; it falls to 0 along half a cosine
 * @param rows how many rows are drawn from the corpus
 * @param refusedShare which part of them are refused requests, in [0, 1]
 */
public record PretrainingRecipe(int steps, int batchSize, double learningRate, int rows, double refusedShare) {
    /** The recipe of the bundled model. */
    public static final PretrainingRecipe DEFAULTS = new PretrainingRecipe(1200, 32, 2e-3, 12_000, 0.2);

    private static final int WARMUP_STEPS = 50;
    private static final double WEIGHT_DECAY = 0.01;
    private static final double MAX_GRADIENT_NORM = 1.0;

    /** Returns the shape of the model for a vocabulary of {@code words} ids: a Llama of about 0.8 million parameters. */
    ModelConfig shape(int words) {
        return new ModelConfig(
                ModelFamily.LLAMA,
                new Dimensions(128, 344, 4, words, 4, 4, 32),
                1e-5,
                RotarySettings.of(RotarySettings.DEFAULT_THETA),
                true,
                BiasSettings.NONE,
                new SpecialTokens(
                        OptionalInt.of(WordTokenizer.BOS),
                        List.of(WordTokenizer.EOS),
                        OptionalInt.of(WordTokenizer.PAD)),
                64);
    }

    TrainingPlan plan(long seed) {
        return TrainingPlan.of(steps, batchSize, learningRate, seed)
                .withSchedule(new Schedule(Schedule.Shape.COSINE, WARMUP_STEPS))
                .withOptimizer(AdamWSettings.DEFAULTS.withWeightDecay(WEIGHT_DECAY))
                .withMaxGradNorm(MAX_GRADIENT_NORM);
    }
}
