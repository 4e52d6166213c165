package io.safefedllm.strategy.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The settings of the rounds: how many, with whom, how long, when one is skipped, where they start. */
final class CourseTable {
    static final Setting SKIP_THRESHOLD = Setting.of(
            "skip-threshold",
            SettingKind.FRACTION,
            RoundSettings.DEFAULT_SKIP_THRESHOLD,
            "a round whose mean weight is below is skipped");
    static final Setting SKIP_SCOPE = Setting.choice(
            "skip-scope",
            Arrays.stream(SkipScope.values()).map(SkipScope::key).toList(),
            SkipScope.COUNTED.key(),
            SkipScope.SAMPLED.key(),
            "who counts in the mean weight: those that replied, broke no rule and were not quarantined, or all drawn");
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
    static final Setting RESUME_FROM = Setting.optional(
            "resume-from",
            SettingKind.TEXT,
            "directory of another run of the same settings, to go on after its last finished round");
    static final Setting SEED = Setting.of(
            "seed", SettingKind.ANY_WHOLE, RoundSettings.DEFAULT_SEED, "seed of everything that the server draws");

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

    static final List<Setting> ALL = List.of(
            SKIP_THRESHOLD,
            SKIP_SCOPE,
            ROUNDS,
            SAMPLE_CLIENTS,
            ROUND_TIMEOUT,
            MIN_REPLIES,
            INITIAL_ADAPTER,
            RESUME_FROM,
            SEED,
            NUM_SERVER_ROUNDS,
            FRACTION_TRAIN,
            MIN_TRAIN_NODES,
            MIN_AVAILABLE_NODES);

    private CourseTable() {}

    static RoundSettings read(SettingsReader reader) {
        return new RoundSettings(
                reader.optionalCount(NUM_SERVER_ROUNDS).orElse(reader.count(ROUNDS)),
                Duration.ofNanos((long) (reader.number(ROUND_TIMEOUT) * 1e9)),
                reader.count(MIN_REPLIES),
                new SkipSettings(
                        reader.number(SKIP_THRESHOLD),
                        SkipScope.named(reader.text(SKIP_SCOPE)).orElseThrow()),
                new Sampling(
                        reader.optionalNumber(FRACTION_TRAIN),
                        reader.optionalCount(MIN_TRAIN_NODES).orElse(Sampling.DEFAULT_MIN_NODES),
                        reader.optionalCount(MIN_AVAILABLE_NODES).orElse(Sampling.DEFAULT_MIN_NODES),
                        reader.count(SAMPLE_CLIENTS)),
                reader.whole(SEED));
    }
}
