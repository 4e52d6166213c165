package io.safefedllm.lab.simulate;

import io.safefedllm.client.exchange.ClientRecipe;
import io.safefedllm.client.exchange.LoraClientApp;
import io.safefedllm.client.exchange.ReplyNames;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.flower.app.ClientApp;
import io.safefedllm.flower.app.ClientContext;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.ConfigRecord;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.strategy.exchange.TrainTask;

/** A client of a simulation: the product's own client app with rows of its own. Confined to the thread of the federation. */
final class SimulatedClient implements ClientApp {
    private final MemoTrainer trainer;
    private final LoraClientApp app;
    private final TrainingWatch watch;
    private boolean shadow;
    private int round;

    /** Hears of every training that a message causes. */
    @FunctionalInterface
    interface TrainingWatch {
        /** Nobody is charged: what attackers find out about others. */
        TrainingWatch NONE = (round, shadow, entry) -> {};

        /** A training was done, or taken from memory. */
        void trained(int round, boolean shadow, TrainingMemo.Entry entry);
    }

    SimulatedClient(MemoTrainer trainer, LocalTraining training, TrainingWatch watch) {
        this.trainer = trainer;
        this.watch = watch;
        ClientRecipe recipe = ClientRecipe.DEFAULTS
                .withSteps(training.steps(), training.batchSize())
                .withConstantRate(training.learningRate());
        this.app =
                new LoraClientApp(this::train, trainer.model().layout(), trainer.rows(), recipe, ReplyNames.DEFAULTS);
    }

    @Override
    public RecordDict handle(Message message, ClientContext context) throws Exception {
        shadow = isShadow(message);
        round = round(message);
        return app.handle(message, context);
    }

    static boolean isShadow(Message message) {
        return message.content().configRecords().values().stream()
                .anyMatch(config -> config.flag(TrainTask.SHADOW).orElse(false));
    }

    static int round(Message message) {
        for (ConfigRecord config : message.content().configRecords().values()) {
            if (config.integer(TrainTask.SERVER_ROUND).isPresent()) {
                return (int) config.integer(TrainTask.SERVER_ROUND).getAsLong();
            }
        }
        return 1;
    }

    private TrainingResult train(LoraAdapter from, TrainingPlan plan) {
        TrainingMemo.Entry entry = trainer.train(from, plan);
        watch.trained(round, shadow, entry);
        return entry.result();
    }
}
