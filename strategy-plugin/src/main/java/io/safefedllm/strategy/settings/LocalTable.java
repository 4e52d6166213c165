package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.trust.LocalRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** The settings of the clients' work; keys of FlowerTune win over ours. */
final class LocalTable {
    /** The rate of the paper, also of its shadow runs (SF-4.1, SF-6.4). */
    static final double PAPER_LEARNING_RATE = 5e-5;

    static final Setting BATCH_SIZE = Setting.of("local.batch-size", SettingKind.COUNT, 16L, "rows of a local step");
    static final Setting ACCUMULATION =
            Setting.of("local.accumulation", SettingKind.COUNT, 1L, "batches of a local step");
    static final Setting STEPS = Setting.of("local.steps", SettingKind.COUNT, 10L, "local steps of a round");
    static final Setting LEARNING_RATE = Setting.of(
            "local.learning-rate", SettingKind.POSITIVE, PAPER_LEARNING_RATE, "the clients' rate in round 1");
    static final Setting LORA_R_OURS =
            Setting.of("local.lora-r", SettingKind.COUNT, 8L, "rank of an adapter that the program makes");
    static final Setting LORA_ALPHA_OURS =
            Setting.of("local.lora-alpha", SettingKind.POSITIVE, 16.0, "alpha of an adapter that the program makes");
    static final Setting LORA_DROPOUT = Setting.of(
            "local.lora-dropout", SettingKind.FRACTION, 0.05, "dropout of an adapter that the program makes");
    static final Setting ALGORITHM = Setting.choice(
            "local.algorithm",
            Arrays.stream(LocalSettings.Algorithm.values())
                    .map(LocalSettings.Algorithm::key)
                    .toList(),
            LocalSettings.Algorithm.FEDAVG.key(),
            "how our own trainer trains; other clients do not hear of it");
    static final Setting FEDPROX_MU = Setting.of(
            "local.fedprox-mu", SettingKind.NOT_NEGATIVE, 0.01, "pull of fedprox towards the adapter that was sent");

    static final Setting LEARNING_RATE_MAX = Setting.flower(
            "train.learning-rate-max",
            SettingKind.POSITIVE,
            "rate in round 1; wins over safe-fedllm.local.learning-rate");
    static final Setting LEARNING_RATE_MIN = Setting.flower(
            "train.learning-rate-min", SettingKind.NOT_NEGATIVE, "rate at the end of the clients' cosine schedule");
    static final Setting MAX_STEPS = Setting.flower(
            "train.training-arguments.max-steps", SettingKind.ANY_WHOLE, "wins over safe-fedllm.local.steps");
    static final Setting TRAIN_BATCH_SIZE = Setting.flower(
            "train.training-arguments.per-device-train-batch-size",
            SettingKind.ANY_WHOLE,
            "wins over safe-fedllm.local.batch-size");
    static final Setting ACCUMULATION_STEPS = Setting.flower(
            "train.training-arguments.gradient-accumulation-steps",
            SettingKind.ANY_WHOLE,
            "wins over safe-fedllm.local.accumulation");
    static final Setting LORA_R = Setting.flower(
            "model.lora.peft-lora-r",
            SettingKind.COUNT,
            "rank that the first adapter must have; wins over safe-fedllm.local.lora-r");
    static final Setting LORA_ALPHA = Setting.flower(
            "model.lora.peft-lora-alpha",
            SettingKind.POSITIVE,
            "alpha that the first adapter must have; wins over safe-fedllm.local.lora-alpha");

    static final List<Setting> ALL = List.of(
            BATCH_SIZE,
            ACCUMULATION,
            STEPS,
            LEARNING_RATE,
            LORA_R_OURS,
            LORA_ALPHA_OURS,
            LORA_DROPOUT,
            ALGORITHM,
            FEDPROX_MU,
            LEARNING_RATE_MAX,
            LEARNING_RATE_MIN,
            MAX_STEPS,
            TRAIN_BATCH_SIZE,
            ACCUMULATION_STEPS,
            LORA_R,
            LORA_ALPHA);

    private LocalTable() {}

    static LocalSettings read(SettingsReader reader) {
        long steps = winner(reader, MAX_STEPS, STEPS);
        long batch = winner(reader, TRAIN_BATCH_SIZE, BATCH_SIZE);
        long accumulation = winner(reader, ACCUMULATION_STEPS, ACCUMULATION);
        requireCountable(steps, batch, accumulation);
        return new LocalSettings(
                new LocalRecipe(Math.toIntExact(steps), Math.toIntExact(batch), Math.toIntExact(accumulation)),
                reader.isGiven(LEARNING_RATE_MAX) || !reader.isGiven(LEARNING_RATE)
                        ? reader.optionalNumber(LEARNING_RATE_MAX)
                        : reader.optionalNumber(LEARNING_RATE),
                algorithm(reader.text(ALGORITHM)),
                reader.number(FEDPROX_MU));
    }

    static AdapterSettings.Made made(SettingsReader reader) {
        return new AdapterSettings.Made(
                reader.optionalCount(LORA_R).orElse(reader.count(LORA_R_OURS)),
                reader.optionalNumber(LORA_ALPHA).orElse(reader.number(LORA_ALPHA_OURS)),
                reader.number(LORA_DROPOUT));
    }

    private static LocalSettings.Algorithm algorithm(String key) {
        return Arrays.stream(LocalSettings.Algorithm.values())
                .filter(algorithm -> algorithm.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** An app's own key wins where it says a number of things; trainers also use 0 and -1 for "not limited". */
    private static long winner(SettingsReader reader, Setting flower, Setting ours) {
        OptionalLong given = reader.optionalWhole(flower);
        return given.isPresent() && given.getAsLong() >= 1 && given.getAsLong() <= Integer.MAX_VALUE
                ? given.getAsLong()
                : reader.whole(ours);
    }

    private static void requireCountable(long steps, long batch, long accumulation) {
        try {
            Math.multiplyExact(Math.multiplyExact(steps, batch), accumulation);
        } catch (ArithmeticException e) {
            throw new SettingsException(
                    "local.steps x local.batch-size x local.accumulation must fit into 64 bits but was " + steps + " x "
                            + batch + " x " + accumulation);
        }
    }
}
