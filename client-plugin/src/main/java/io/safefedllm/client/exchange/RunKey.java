package io.safefedllm.client.exchange;

/**
 * What a node reads of a run config: all of it, because {@link RunValues} looks up nothing else. Keys of FlowerTune come before ours.
 * docs/settings.md holds the same table.
 */
public enum RunKey {
    LEARNING_RATE_MAX("train.learning-rate-max", "rate in round 1"),
    LEARNING_RATE_MIN(
            "train.learning-rate-min",
            "rate that a cosine over num-server-rounds falls to; the same as the first if not given"),
    SEQ_LENGTH("train.seq-length", "tokens after which a row is cut, at least 2"),
    MAX_STEPS("train.training-arguments.max-steps", "steps of a round; 0 and below say nothing"),
    BATCH_SIZE("train.training-arguments.per-device-train-batch-size", "rows of a batch; 0 and below say nothing"),
    ACCUMULATION("train.training-arguments.gradient-accumulation-steps", "batches of a step; 0 and below say nothing"),
    SCHEDULE(
            "train.training-arguments.lr-scheduler-type",
            "course of the rate inside a round: constant, constant_with_warmup, linear or cosine"),
    WARMUP_STEPS(
            "train.training-arguments.warmup-steps",
            "steps over which the rate rises from 0, a whole number; constant has no warm-up, as in transformers"),
    WEIGHT_DECAY("train.training-arguments.weight-decay", "decoupled decay of AdamW"),
    MAX_GRAD_NORM("train.training-arguments.max-grad-norm", "largest norm of the gradient; 0 for no bound"),
    LORA_R("model.lora.peft-lora-r", "rank of the adapter"),
    LORA_ALPHA("model.lora.peft-lora-alpha", "alpha of the adapter"),
    LORA_DROPOUT("model.lora.peft-lora-dropout", "dropout of the adapter, at least 0 and below 1"),
    TARGET_MODULES("model.lora.peft-target-modules", "adapted modules: all-linear, or names separated by commas"),
    QUANTIZATION("model.quantization", "nothing: the model is float32 here, and the node says so once in a run"),
    TOTAL_ROUNDS("num-server-rounds", "rounds over which the rate falls"),
    OUR_STEPS("safe-fedllm.local.steps", "steps of a round"),
    OUR_BATCH_SIZE("safe-fedllm.local.batch-size", "rows of a batch"),
    OUR_ACCUMULATION("safe-fedllm.local.accumulation", "batches of a step"),
    OUR_LEARNING_RATE("safe-fedllm.local.learning-rate", "rate in round 1"),
    OUR_LORA_R("safe-fedllm.local.lora-r", "rank of the adapter"),
    OUR_LORA_ALPHA("safe-fedllm.local.lora-alpha", "alpha of the adapter"),
    OUR_LORA_DROPOUT("safe-fedllm.local.lora-dropout", "dropout of the adapter"),
    SEED("safe-fedllm.seed", "decides which rows a round takes, where a task brings no seed");

    private final String key;
    private final String meaning;

    RunKey(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    /** Returns the key in a run config. */
    public String key() {
        return key;
    }

    /** Returns what a node does with the value. */
    public String meaning() {
        return meaning;
    }

    @Override
    public String toString() {
        return key;
    }
}
