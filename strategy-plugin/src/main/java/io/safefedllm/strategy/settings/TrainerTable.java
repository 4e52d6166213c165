package io.safefedllm.strategy.settings;

import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.train.ProbeTrainingPlan;
import java.util.List;
import java.util.Optional;

/** The settings of probe training and calibration: what {@code probe train} and {@code probe calibrate} do, and whether a run takes calibrated thresholds. */
final class TrainerTable {
    private static final ProbeTrainingPlan PLAN = ProbeTrainingPlan.DEFAULTS;
    private static final String OFF = "off";
    private static final String NEEDED = "what alpha needs, 99 at 0.01";

    static final Setting CALIBRATION_MODE = Setting.choice(
            "calibration.mode",
            List.of("max-source", "pooled", OFF),
            "max-source",
            OFF,
            "how thresholds are calibrated; off also leaves a probe's calibrated thresholds out of a run");
    static final Setting CALIBRATION_ALPHA = Setting.of(
            "calibration.alpha", SettingKind.OPEN_FRACTION, 0.01, "share of false alarms that calibration allows");
    static final Setting CALIBRATION_MIN_SCORES = Setting.byMode(
            "calibration.min-scores",
            SettingKind.COUNT,
            Fallback.derived(NEEDED),
            Fallback.derived(NEEDED),
            "fewest benign scores of a source that are calibrated; never fewer than alpha needs");
    static final Setting LEARNING_RATE = Setting.of(
            "trainer.learning-rate", SettingKind.POSITIVE, PLAN.learningRate(), "probe training: rate of AdamW");
    static final Setting WEIGHT_DECAY = Setting.of(
            "trainer.weight-decay",
            SettingKind.NOT_NEGATIVE,
            PLAN.weightDecay(),
            "probe training: decoupled decay, of the bias too");
    static final Setting BATCH_SIZE =
            Setting.of("trainer.batch-size", SettingKind.COUNT, (long) PLAN.batchSize(), "probe training: rows a step");
    static final Setting EPOCHS =
            Setting.of("trainer.epochs", SettingKind.COUNT, (long) PLAN.epochs(), "probe training: most epochs");
    static final Setting PATIENCE = Setting.of(
            "trainer.patience",
            SettingKind.COUNT,
            (long) PLAN.patience(),
            "probe training: epochs without improvement after which it stops");
    static final Setting GRAD_CLIP = Setting.of(
            "trainer.grad-clip", SettingKind.POSITIVE, PLAN.gradClip(), "probe training: largest norm of the gradient");
    static final Setting VAL_SPLIT = Setting.of(
            "trainer.val-split", SettingKind.OPEN_FRACTION, PLAN.validationShare(), "probe training: held-out share");
    static final Setting MIN_DELTA = Setting.of(
            "trainer.min-delta",
            SettingKind.NOT_NEGATIVE,
            PLAN.minDelta(),
            "probe training: smallest decrease of the loss that is an improvement");
    static final Setting USE_INTERSECTION_KEYS = Setting.of(
            "trainer.use-intersection-keys",
            SettingKind.SWITCH,
            PLAN.intersectionKeys(),
            "probe training: keep only tensors that every update has");

    static final List<Setting> ALL = List.of(
            CALIBRATION_MODE,
            CALIBRATION_ALPHA,
            CALIBRATION_MIN_SCORES,
            LEARNING_RATE,
            WEIGHT_DECAY,
            BATCH_SIZE,
            EPOCHS,
            PATIENCE,
            GRAD_CLIP,
            VAL_SPLIT,
            MIN_DELTA,
            USE_INTERSECTION_KEYS);

    private TrainerTable() {}

    static boolean usesCalibration(SettingsReader reader) {
        return !reader.text(CALIBRATION_MODE).equals(OFF);
    }

    static TrainerSettings read(SettingsReader reader) {
        try {
            return new TrainerSettings(
                    new ProbeTrainingPlan(
                            reader.number(LEARNING_RATE),
                            reader.number(WEIGHT_DECAY),
                            reader.count(BATCH_SIZE),
                            reader.count(EPOCHS),
                            reader.count(PATIENCE),
                            reader.number(MIN_DELTA),
                            reader.number(GRAD_CLIP),
                            reader.number(VAL_SPLIT),
                            reader.flag(USE_INTERSECTION_KEYS),
                            reader.whole(CourseTable.SEED)),
                    reader.mode(),
                    Normalisation.named(reader.text(ProbeTable.NORMALIZE)),
                    usesCalibration(reader) ? Optional.of(reader.text(CALIBRATION_MODE)) : Optional.empty(),
                    reader.number(CALIBRATION_ALPHA),
                    reader.optionalCount(CALIBRATION_MIN_SCORES).orElse(0));
        } catch (IllegalArgumentException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }
}
