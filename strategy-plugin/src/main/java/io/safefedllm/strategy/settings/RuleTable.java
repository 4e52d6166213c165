package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.aggregate.rules.AggregationRules;
import io.safefedllm.strategy.aggregate.rules.RuleChoice;
import io.safefedllm.strategy.aggregate.rules.RuleParameter;
import io.safefedllm.strategy.optimize.OptimizerSettings;
import io.safefedllm.strategy.optimize.ServerOptimizers;
import io.safefedllm.strategy.trust.Mode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The settings of how adapters are combined and what the server makes of the result. */
final class RuleTable {
    private static final OptimizerSettings NUMBERS = OptimizerSettings.DEFAULTS;

    static final Setting RULE = Setting.of(
            "rule",
            SettingKind.TEXT,
            "mean",
            "how the weighted adapters are combined: " + String.join(", ", AggregationRules.names())
                    + ", or steps and a rule joined by plus signs");
    static final Setting BYZANTINE =
            Setting.optional("rule.byzantine", SettingKind.WHOLE, "attackers that the rule assumes");
    static final Setting WEIGHTS_IN_RULES = Setting.byMode(
            "weights-in-rules",
            SettingKind.SWITCH,
            Fallback.of(true),
            Fallback.of(false),
            "weights enter every rule, and clients of weight 0 are left out of it");
    static final Setting OPTIMIZER = Setting.choice(
            "server.optimizer", ServerOptimizers.names(), "none", "what the server makes of the combined adapter");
    static final Setting SERVER_LEARNING_RATE = Setting.of(
            "server.learning-rate", SettingKind.POSITIVE, NUMBERS.learningRate(), "step of the adaptive optimisers");
    static final Setting SERVER_TAU =
            Setting.of("server.tau", SettingKind.POSITIVE, NUMBERS.tau(), "floor under the adaptive optimisers' root");
    static final Setting SERVER_BETA1 =
            Setting.of("server.beta1", SettingKind.SHARE, NUMBERS.beta1(), "share of the old momentum");
    static final Setting SERVER_BETA2 =
            Setting.of("server.beta2", SettingKind.SHARE, NUMBERS.beta2(), "share of the old second moment");

    /** The rules' own parameters, by key of the parameter. */
    private static final Map<String, Setting> PARAMETERS = parameters();

    static final List<Setting> ALL = Stream.concat(
                    Stream.of(
                            RULE,
                            BYZANTINE,
                            WEIGHTS_IN_RULES,
                            OPTIMIZER,
                            SERVER_LEARNING_RATE,
                            SERVER_TAU,
                            SERVER_BETA1,
                            SERVER_BETA2),
                    PARAMETERS.values().stream())
            .toList();

    private RuleTable() {}

    private static Map<String, Setting> parameters() {
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (RuleParameter parameter : AggregationRules.parameters()) {
            Fallback fallback = parameter.fallback().map(Fallback::derived).orElse(Fallback.NONE);
            settings.put(
                    parameter.key(),
                    new Setting(
                            Setting.PREFIX + "rule." + parameter.key(),
                            kind(parameter),
                            parameter.words(),
                            fallback,
                            fallback,
                            parameter.meaning()));
        }
        return settings;
    }

    private static SettingKind kind(RuleParameter parameter) {
        return switch (parameter.kind()) {
            case COUNT -> SettingKind.COUNT;
            case POSITIVE -> SettingKind.POSITIVE;
            case NOT_NEGATIVE -> SettingKind.NOT_NEGATIVE;
            case SHARE -> SettingKind.SHARE;
            case WORD -> SettingKind.TEXT;
        };
    }

    static RuleSettings read(SettingsReader reader) {
        try {
            RuleSettings settings = new RuleSettings(
                    new RuleChoice(
                            reader.text(RULE),
                            reader.optionalCount(BYZANTINE),
                            reader.mode() == Mode.PAPER_FAITHFUL,
                            given(reader)),
                    reader.flag(WEIGHTS_IN_RULES),
                    reader.text(OPTIMIZER),
                    new OptimizerSettings(
                            reader.number(SERVER_LEARNING_RATE),
                            reader.number(SERVER_TAU),
                            reader.number(SERVER_BETA1),
                            reader.number(SERVER_BETA2)));
            settings.rule();
            settings.serverOptimizer();
            return settings;
        } catch (IllegalArgumentException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, String> given(SettingsReader reader) {
        Map<String, String> given = new LinkedHashMap<>();
        PARAMETERS.forEach((key, setting) -> {
            if (reader.isGiven(setting)) {
                given.put(key, reader.plain(setting));
            }
        });
        return given;
    }
}
