package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.trust.AdapterLevelSettings;
import io.safefedllm.strategy.trust.AdapterRule;
import io.safefedllm.strategy.trust.AuditKind;
import io.safefedllm.strategy.trust.EvidenceLevelSettings;
import io.safefedllm.strategy.trust.LevelSettings;
import io.safefedllm.strategy.trust.LocalRecipe;
import io.safefedllm.strategy.trust.MemoryKind;
import io.safefedllm.strategy.trust.MemorySettings;
import io.safefedllm.strategy.trust.PenaltySettings;
import io.safefedllm.strategy.trust.TrustSettings;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** The settings of how scores become weights; their values without being given are those of {@link TrustSettings}. */
final class TrustTable {
    static final Setting STEP_TIME_DECAY = number(
            "step.time-decay",
            SettingKind.FRACTION,
            settings -> settings.level().timeDecay(),
            "what the step level keeps of its memory in a round");
    static final Setting STEP_PRIOR_ALPHA = number(
            "step.prior-alpha",
            SettingKind.POSITIVE,
            settings -> settings.level().priorAlpha(),
            "the step level's benign samples before the first round");
    static final Setting STEP_PRIOR_BETA = number(
            "step.prior-beta",
            SettingKind.POSITIVE,
            settings -> settings.level().priorBeta(),
            "the step level's harmful samples before the first round");
    static final Setting CLIENT_SLOPE = number(
            "client.slope",
            SettingKind.POSITIVE,
            settings -> settings.level().slope(),
            "steepness of the client level's curve");
    static final Setting SHADOW_ETA = number(
            "shadow.eta",
            SettingKind.POSITIVE,
            settings -> settings.level().eta(),
            "exponent of the shadow and evidence levels");
    static final Setting EVIDENCE_MIN = number(
            "evidence.min",
            SettingKind.COUNT,
            settings -> (long) settings.evidence().min(),
            "participations that decide at the evidence level");
    static final Setting EVIDENCE_AUDIT = choice(
            "evidence.audit",
            AuditKind.keys(),
            settings -> settings.evidence().audit().key(),
            "how settled clients are audited: by a draw, or every so many participations");
    static final Setting AUDIT_INTERVAL = number(
            "evidence.audit-interval",
            SettingKind.COUNT,
            settings -> (long) settings.evidence().auditInterval(),
            "participations between two audits by counter");
    static final Setting AUDIT_PROBABILITY = number(
            "evidence.audit-probability",
            SettingKind.FRACTION,
            settings -> settings.evidence().auditProbability(),
            "chance of a random audit");
    static final Setting PERMANENT_FREEZE = number(
            "evidence.permanent-freeze",
            SettingKind.SWITCH,
            settings -> settings.evidence().permanentFreeze(),
            "harmful evidence bars a client for good");
    static final Setting MIN_WEIGHT =
            number("min-weight", SettingKind.FRACTION, settings -> settings.minWeight(), "floor of weights");
    static final Setting EVIDENCE_POLICY = choice(
            "evidence-policy",
            EvidencePolicy.keys(),
            settings -> settings.evidencePolicy().key(),
            "missing or broken evidence: refuse the reply, or believe it");
    static final Setting MEMORY = choice(
            "memory",
            MemoryKind.keys(),
            settings -> settings.memory().kind().key(),
            "what is remembered of a client: a trust that falls at once and rises slowly, or the level's own");
    static final Setting TRUST_INITIAL = number(
            "trust.initial",
            SettingKind.FRACTION,
            settings -> settings.memory().initial(),
            "trust in a client never seen");
    static final Setting TRUST_RECOVERY = number(
            "trust.recovery",
            SettingKind.POSITIVE_FRACTION,
            settings -> settings.memory().recovery(),
            "share of the way up that trust makes in a clean round");
    static final Setting HARMFUL_SHARE = number(
            "trust.harmful-share",
            SettingKind.POSITIVE_FRACTION,
            settings -> settings.level().harmfulShare(),
            "share of harmful steps that makes a round harmful");
    static final Setting PENALTY_ENABLED = number(
            "penalty.enabled",
            SettingKind.SWITCH,
            settings -> settings.penalty().enabled(),
            "quarantine after too many harmful rounds; also on where one of its numbers is given");
    static final Setting PENALTY_WINDOW = number(
            "penalty.window",
            SettingKind.COUNT,
            settings -> (long) settings.penalty().window(),
            "participations that strikes are counted over");
    static final Setting PENALTY_STRIKES = number(
            "penalty.strikes",
            SettingKind.COUNT,
            settings -> (long) settings.penalty().strikes(),
            "harmful rounds in the window that start a quarantine");
    static final Setting PENALTY_BASE = number(
            "penalty.base",
            SettingKind.COUNT,
            settings -> (long) settings.penalty().base(),
            "clean participations that end the first quarantine");
    static final Setting PENALTY_MAX = number(
            "penalty.max",
            SettingKind.COUNT,
            settings -> (long) settings.penalty().max(),
            "most clean participations of a quarantine, which doubles each time");
    static final Setting PENALTY_FORGIVE = number(
            "penalty.forgive-after",
            SettingKind.COUNT,
            settings -> (long) settings.penalty().forgiveAfter(),
            "clean participations that forgive one quarantine");
    static final Setting ADAPTER_RULE = choice(
            "adapter.rule",
            AdapterRule.keys(),
            settings -> settings.adapter().rule().key(),
            "how the adapter level tells harmful updates from the others of a round");
    static final Setting FREEZE_ROUND = Setting.byMode(
            "freeze-round",
            SettingKind.WHOLE,
            Fallback.NONE,
            Fallback.of(
                    (long) TrustSettings.PAPER_FAITHFUL.level().freezeRound().orElseThrow()),
            "rounds after which the step and client levels learn no more");

    static final List<Setting> ALL = List.of(
            STEP_TIME_DECAY,
            STEP_PRIOR_ALPHA,
            STEP_PRIOR_BETA,
            CLIENT_SLOPE,
            SHADOW_ETA,
            EVIDENCE_MIN,
            EVIDENCE_AUDIT,
            AUDIT_INTERVAL,
            AUDIT_PROBABILITY,
            PERMANENT_FREEZE,
            FREEZE_ROUND,
            MIN_WEIGHT,
            EVIDENCE_POLICY,
            MEMORY,
            TRUST_INITIAL,
            TRUST_RECOVERY,
            HARMFUL_SHARE,
            PENALTY_ENABLED,
            PENALTY_WINDOW,
            PENALTY_STRIKES,
            PENALTY_BASE,
            PENALTY_MAX,
            PENALTY_FORGIVE,
            ADAPTER_RULE);

    private TrustTable() {}

    private static Setting number(
            String name, SettingKind kind, Function<TrustSettings, Object> value, String meaning) {
        return Setting.byMode(
                name,
                kind,
                Fallback.of(value.apply(TrustSettings.DEFAULTS)),
                Fallback.of(value.apply(TrustSettings.PAPER_FAITHFUL)),
                meaning);
    }

    private static Setting choice(
            String name, List<String> choices, Function<TrustSettings, String> value, String meaning) {
        return Setting.choice(
                name, choices, value.apply(TrustSettings.DEFAULTS), value.apply(TrustSettings.PAPER_FAITHFUL), meaning);
    }

    /** Who sets a number of the quarantine wants one, in whatever mode (SF-0.1). */
    static void derive(SettingsReader reader) {
        boolean wanted = Stream.of(PENALTY_WINDOW, PENALTY_STRIKES, PENALTY_BASE, PENALTY_MAX, PENALTY_FORGIVE)
                .anyMatch(reader::isGiven);
        if (wanted) {
            reader.unlessGiven(PENALTY_ENABLED, true);
        }
    }

    static TrustSettings read(SettingsReader reader, LocalRecipe recipe) {
        try {
            return new TrustSettings(
                    level(reader),
                    evidence(reader),
                    new MemorySettings(
                            MemoryKind.named(reader.text(MEMORY)).orElseThrow(),
                            reader.number(TRUST_INITIAL),
                            reader.number(TRUST_RECOVERY)),
                    penalty(reader),
                    new AdapterLevelSettings(
                            AdapterRule.named(reader.text(ADAPTER_RULE)).orElseThrow(),
                            OptionalDouble.empty(),
                            OptionalDouble.empty()),
                    EvidencePolicy.named(reader.text(EVIDENCE_POLICY)).orElseThrow(),
                    reader.number(MIN_WEIGHT),
                    recipe);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }

    private static LevelSettings level(SettingsReader reader) {
        return new LevelSettings(
                reader.number(STEP_TIME_DECAY),
                reader.number(STEP_PRIOR_ALPHA),
                reader.number(STEP_PRIOR_BETA),
                reader.number(CLIENT_SLOPE),
                reader.number(SHADOW_ETA),
                reader.number(HARMFUL_SHARE),
                reader.optionalCount(FREEZE_ROUND));
    }

    private static EvidenceLevelSettings evidence(SettingsReader reader) {
        return new EvidenceLevelSettings(
                reader.count(EVIDENCE_MIN),
                AuditKind.named(reader.text(EVIDENCE_AUDIT)).orElseThrow(),
                reader.count(AUDIT_INTERVAL),
                reader.number(AUDIT_PROBABILITY),
                reader.flag(PERMANENT_FREEZE));
    }

    private static PenaltySettings penalty(SettingsReader reader) {
        return new PenaltySettings(
                reader.flag(PENALTY_ENABLED),
                reader.count(PENALTY_WINDOW),
                reader.count(PENALTY_STRIKES),
                reader.count(PENALTY_BASE),
                reader.count(PENALTY_MAX),
                reader.count(PENALTY_FORGIVE));
    }
}
