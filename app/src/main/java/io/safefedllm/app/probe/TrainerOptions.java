package io.safefedllm.app.probe;

import io.safefedllm.probe.train.ProbeTrainingPlan;
import picocli.CommandLine.Option;

/** How a probe is fitted: each option stands for a setting, whose default it has. */
final class TrainerOptions {
    @Option(names = "--seed", paramLabel = "S", description = "Split, start and orders (default: ${DEFAULT-VALUE}).")
    private long seed = ProbeTrainingPlan.DEFAULTS.seed();

    @Option(names = "--learning-rate", paramLabel = "X", description = "Of AdamW (default: ${DEFAULT-VALUE}).")
    private double learningRate = ProbeTrainingPlan.DEFAULTS.learningRate();

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Decoupled, on weights and bias (default: ${DEFAULT-VALUE}).")
    private double weightDecay = ProbeTrainingPlan.DEFAULTS.weightDecay();

    @Option(names = "--batch-size", paramLabel = "N", description = "Updates a step (default: ${DEFAULT-VALUE}).")
    private int batchSize = ProbeTrainingPlan.DEFAULTS.batchSize();

    @Option(names = "--epochs", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int epochs = ProbeTrainingPlan.DEFAULTS.epochs();

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "Epochs without improvement that end the training (default: ${DEFAULT-VALUE}).")
    private int patience = ProbeTrainingPlan.DEFAULTS.patience();

    @Option(
            names = "--min-delta",
            paramLabel = "X",
            description = "Least decrease of the loss that is an improvement (default: ${DEFAULT-VALUE}).")
    private double minDelta = ProbeTrainingPlan.DEFAULTS.minDelta();

    @Option(
            names = "--grad-clip",
            paramLabel = "X",
            description = "Largest norm of the gradient (default: ${DEFAULT-VALUE}).")
    private double gradClip = ProbeTrainingPlan.DEFAULTS.gradClip();

    @Option(
            names = "--val-split",
            paramLabel = "X",
            description = "Share of every source that is held out to stop by (default: ${DEFAULT-VALUE}).")
    private double validationShare = ProbeTrainingPlan.DEFAULTS.validationShare();

    @Option(
            names = "--use-intersection-keys",
            description = "With --paper-faithful, read only the tensors that all updates have.")
    private boolean intersectionKeys;

    /** Adds what was typed of these options. */
    void addTo(SettingOptions.Typed typed) {
        typed.with("--seed", "seed", seed)
                .with("--learning-rate", "trainer.learning-rate", learningRate)
                .with("--weight-decay", "trainer.weight-decay", weightDecay)
                .with("--batch-size", "trainer.batch-size", batchSize)
                .with("--epochs", "trainer.epochs", epochs)
                .with("--patience", "trainer.patience", patience)
                .with("--min-delta", "trainer.min-delta", minDelta)
                .with("--grad-clip", "trainer.grad-clip", gradClip)
                .with("--val-split", "trainer.val-split", validationShare)
                .with("--use-intersection-keys", "trainer.use-intersection-keys", intersectionKeys);
    }
}
