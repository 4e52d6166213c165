package io.safefedllm.client.exchange;

import io.safefedllm.client.data.TokenizedDataset;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.client.train.StepListener;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.probe.lora.LoraAdapter;

/** Trains an adapter on a client's own rows. */
@FunctionalInterface
public interface LocalTrainer {
    /**
     * Returns what {@code plan} makes of {@code from}.
     *
     * @throws io.safefedllm.client.train.TrainingException if the training had to stop
     */
    TrainingResult train(LoraAdapter from, TrainingPlan plan);

    /** Returns a trainer on {@code rows}; model and rows stay the caller's. */
    static LocalTrainer of(LoraTrainer trainer, TokenizedDataset rows) {
        return (from, plan) -> trainer.train(from, rows, plan, StepListener.NONE);
    }
}
