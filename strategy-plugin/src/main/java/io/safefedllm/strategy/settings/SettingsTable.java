package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.evidence.EvidenceSettings;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.TrustSettings;
import java.util.List;

/** Every setting that there is, in the order of the documents. The only place that lists them. */
final class SettingsTable {
    static final Setting MODE =
            Setting.choice("mode", List.of("hardened"), "hardened", "which set of rules: the hardened one");
    static final Setting ENABLED = Setting.of("enabled", SettingKind.SWITCH, true, "off is the same as level none");
    static final Setting LEVEL = Setting.choice("level", Level.keys(), Level.SHADOW.key(), "what the defence scores");
    static final Setting PROBE_PATH = Setting.optional("probe.path", SettingKind.TEXT, "the probe file");
    static final Setting PROBE_THRESHOLD = Setting.optional(
            "probe.threshold",
            SettingKind.POSITIVE_FRACTION,
            "threshold of every view, in place of the calibrated ones");
    static final Setting PROBE_VIEWS = Setting.optional(
            "probe.views",
            SettingKind.NAMES,
            "views to score with; by default first_b and rest_b where the probe has them");
    static final Setting EVIDENCE_SOURCE = Setting.choice(
            "evidence.source",
            List.of("auto", "dispatch", "reply"),
            "auto",
            "where evidence comes from: dispatch for shadow, reply for client");
    static final Setting CLIENT_SLOPE = Setting.of(
            "client.slope",
            SettingKind.POSITIVE,
            TrustSettings.DEFAULTS.level().slope(),
            "steepness of the client level's curve");
    static final Setting SHADOW_ETA = Setting.of(
            "shadow.eta", SettingKind.POSITIVE, TrustSettings.DEFAULTS.level().eta(), "exponent of the shadow level");
    static final Setting SHADOW_ALSO_MAIN = Setting.of(
            "shadow.also-main",
            SettingKind.SWITCH,
            EvidenceSettings.DEFAULT_ALSO_MAIN,
            "score the submitted update beside the shadow update");
    static final Setting SHADOW_LEARNING_RATE = Setting.optional(
            "shadow.learning-rate", SettingKind.POSITIVE, "rate of shadow tasks; by default the client's of round 1");
    static final Setting HARMFUL_SHARE = Setting.of(
            "trust.harmful-share",
            SettingKind.POSITIVE_FRACTION,
            TrustSettings.DEFAULTS.level().harmfulShare(),
            "share of harmful steps that makes a round harmful");
    static final Setting MIN_WEIGHT = Setting.of(
            "min-weight",
            SettingKind.FRACTION,
            TrustSettings.DEFAULTS.minWeight(),
            "floor of weights that are not barred");
    static final Setting SKIP_THRESHOLD = Setting.of(
            "skip-threshold",
            SettingKind.FRACTION,
            RoundSettings.DEFAULT_SKIP_THRESHOLD,
            "a round whose mean weight is below is skipped");
    static final Setting MAX_NUM_EXAMPLES = Setting.optional(
            "max-num-examples", SettingKind.COUNT, "cap of claimed examples; by default steps x batch x accumulation");
    static final Setting ZERO_EPSILON = Setting.of(
            "firewall.zero-eps",
            SettingKind.NOT_NEGATIVE,
            GateSettings.DEFAULT_ZERO_EPSILON,
            "norms below it count as no update");
    static final Setting RULE =
            Setting.choice("rule", AggregationRules.names(), "mean", "how the weighted adapters are combined");
    static final Setting RULE_BYZANTINE =
            Setting.optional("rule.byzantine", SettingKind.WHOLE, "attackers that the rule assumes");
    static final Setting ROUNDS =
            Setting.of("rounds", SettingKind.COUNT, RoundSettings.DEFAULT_ROUNDS, "number of rounds");
    static final Setting SAMPLE_CLIENTS = Setting.of(
            "sample-clients", SettingKind.COUNT, Sampling.DEFAULT_SAMPLE_CLIENTS, "nodes drawn for a round, at most");
    static final Setting ROUND_TIMEOUT = Setting.of(
            "round.timeout-seconds",
            SettingKind.POSITIVE,
            (double) RoundSettings.DEFAULT_TIMEOUT_SECONDS,
            "how long to wait for nodes, and for the replies of a round");
    static final Setting MIN_REPLIES = Setting.of(
            "round.min-replies",
            SettingKind.WHOLE,
            RoundSettings.DEFAULT_MIN_REPLIES,
            "a round with fewer usable replies is skipped");
    static final Setting INITIAL_ADAPTER =
            Setting.optional("initial-adapter", SettingKind.TEXT, "PEFT directory with the first adapter");
    static final Setting SEED = Setting.of(
            "seed", SettingKind.ANY_WHOLE, RoundSettings.DEFAULT_SEED, "seed of everything that the server draws");
    static final Setting LOCAL_STEPS = Setting.of(
            "local.steps", SettingKind.COUNT, 10L, "local steps of a round, for the cap of claimed examples");
    static final Setting LOCAL_BATCH_SIZE =
            Setting.of("local.batch-size", SettingKind.COUNT, 16L, "batch size of the clients, for the same cap");
    static final Setting LOCAL_ACCUMULATION = Setting.of(
            "local.accumulation", SettingKind.COUNT, 1L, "gradient accumulation of the clients, for the same cap");

    static final Setting NUM_SERVER_ROUNDS =
            Setting.flower("num-server-rounds", SettingKind.COUNT, "number of rounds; wins over safe-fedllm.rounds");
    static final Setting FRACTION_TRAIN = Setting.flower(
            "strategy.fraction-train",
            SettingKind.POSITIVE_FRACTION,
            "share of the online nodes drawn for a round; wins over safe-fedllm.sample-clients");
    static final Setting MIN_TRAIN_NODES = Setting.flower(
            "strategy.min-train-nodes",
            SettingKind.COUNT,
            "nodes drawn for a round, at least; goes with fraction-train");
    static final Setting MIN_AVAILABLE_NODES = Setting.flower(
            "strategy.min-available-nodes", SettingKind.COUNT, "nodes to wait for before a round, 2 by default");
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
    static final Setting LORA_R =
            Setting.flower("model.lora.peft-lora-r", SettingKind.COUNT, "rank of the first adapter");
    static final Setting LORA_ALPHA =
            Setting.flower("model.lora.peft-lora-alpha", SettingKind.POSITIVE, "alpha of the first adapter");

    static final List<Setting> ALL = List.of(
            MODE,
            ENABLED,
            LEVEL,
            PROBE_PATH,
            PROBE_THRESHOLD,
            PROBE_VIEWS,
            EVIDENCE_SOURCE,
            CLIENT_SLOPE,
            SHADOW_ETA,
            SHADOW_ALSO_MAIN,
            SHADOW_LEARNING_RATE,
            HARMFUL_SHARE,
            MIN_WEIGHT,
            SKIP_THRESHOLD,
            MAX_NUM_EXAMPLES,
            ZERO_EPSILON,
            RULE,
            RULE_BYZANTINE,
            ROUNDS,
            SAMPLE_CLIENTS,
            ROUND_TIMEOUT,
            MIN_REPLIES,
            INITIAL_ADAPTER,
            SEED,
            LOCAL_STEPS,
            LOCAL_BATCH_SIZE,
            LOCAL_ACCUMULATION,
            NUM_SERVER_ROUNDS,
            FRACTION_TRAIN,
            MIN_TRAIN_NODES,
            MIN_AVAILABLE_NODES,
            MAX_STEPS,
            TRAIN_BATCH_SIZE,
            ACCUMULATION_STEPS,
            LORA_R,
            LORA_ALPHA);

    private SettingsTable() {}
}
