package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.gate.DeltaBase;
import io.safefedllm.strategy.gate.DuplicatePolicy;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.gate.NormSettings;
import io.safefedllm.strategy.gate.RoundGateSettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Mode;
import java.util.List;

/** The settings of the firewall: of one reply, and of the replies of a round together. */
final class GateTable {
    private static final NormSettings NORMS = NormSettings.DEFAULTS;

    static final Setting DELTA_BASE = Setting.choice(
            "delta-base",
            DeltaBase.keys(),
            DeltaBase.AUTO.key(),
            "what is taken off an adapter before it is scored: this round's, the first, or that of the task");
    static final Setting MAX_NUM_EXAMPLES = Setting.byMode(
            "max-num-examples",
            SettingKind.LONG_COUNT,
            Fallback.derived("local.steps x local.batch-size x local.accumulation"),
            Fallback.NONE,
            "what claimed examples are cut to");
    static final Setting CLIP_ENABLED = Setting.byMode(
            "clip.enabled",
            SettingKind.SWITCH,
            Fallback.of(NORMS.clip()),
            Fallback.derived("off; on at level adapter"),
            "shorten updates that are longer than the round's");
    static final Setting CLIP_FACTOR = Setting.of(
            "clip.factor", SettingKind.POSITIVE, NORMS.factor(), "how many times the round's length an update keeps");
    static final Setting CLIP_GROWTH = Setting.of(
            "clip.growth",
            SettingKind.AT_LEAST_ONE,
            NORMS.growth(),
            "how many times its length before the round's length may be");
    static final Setting OVERSIZE_FACTOR = Setting.byMode(
            "firewall.oversize-factor",
            SettingKind.POSITIVE,
            Fallback.of(NORMS.oversizeFactor().orElseThrow()),
            Fallback.NONE,
            "how many times the round's length refuses a reply");
    static final Setting ZERO_EPSILON = Setting.of(
            "firewall.zero-eps",
            SettingKind.NOT_NEGATIVE,
            GateSettings.DEFAULT_ZERO_EPSILON,
            "norms below it count as no update");
    static final Setting REPLAY_WINDOW = Setting.byMode(
            "firewall.replay-window",
            SettingKind.WHOLE,
            Fallback.of((long) RoundGateSettings.DEFAULT_REPLAY_WINDOW),
            Fallback.of(0L),
            "participations in which a client may not send the same update again");
    static final Setting DUPLICATES = new Setting(
            Setting.PREFIX + "duplicates",
            SettingKind.TEXT,
            DuplicatePolicy.keys(),
            Fallback.derived("share; strike at level adapter"),
            Fallback.of(DuplicatePolicy.OFF.key()),
            "equal updates of a round share one weight; strike also makes the round harmful for those who sent them, or sent"
                    + " what the server itself did of late");

    static final List<Setting> ALL = List.of(
            DELTA_BASE,
            MAX_NUM_EXAMPLES,
            CLIP_ENABLED,
            CLIP_FACTOR,
            CLIP_GROWTH,
            OVERSIZE_FACTOR,
            ZERO_EPSILON,
            REPLAY_WINDOW,
            DUPLICATES);

    private GateTable() {}

    /** Fills in what follows from the level: a run without a defence looks at single replies only (DESIGN section 11). */
    static void derive(SettingsReader reader, Level level, LocalSettings local) {
        if (level == Level.NONE) {
            reader.unlessGiven(CLIP_ENABLED, false);
            reader.unlessGiven(REPLAY_WINDOW, 0L);
            reader.unlessGiven(DUPLICATES, DuplicatePolicy.OFF.key());
            reader.withoutUnlessGiven(OVERSIZE_FACTOR);
        }
        reader.unlessSet(CLIP_ENABLED, level == Level.ADAPTER);
        DuplicatePolicy duplicates = level == Level.ADAPTER ? DuplicatePolicy.STRIKE : DuplicatePolicy.SHARE;
        reader.unlessSet(DUPLICATES, duplicates.key());
        if (reader.mode() == Mode.HARDENED) {
            reader.unlessSet(MAX_NUM_EXAMPLES, local.examples());
        }
    }

    static GateSettings read(SettingsReader reader, Level level) {
        return new GateSettings(
                level != Level.NONE,
                EvidencePolicy.named(reader.text(TrustTable.EVIDENCE_POLICY)).orElseThrow(),
                reader.number(ZERO_EPSILON),
                reader.optionalWhole(MAX_NUM_EXAMPLES),
                DeltaBase.named(reader.text(DELTA_BASE)).orElseThrow());
    }

    static RoundGateSettings readRound(SettingsReader reader) {
        return new RoundGateSettings(
                new NormSettings(
                        reader.flag(CLIP_ENABLED),
                        reader.number(CLIP_FACTOR),
                        reader.number(CLIP_GROWTH),
                        reader.optionalNumber(OVERSIZE_FACTOR)),
                reader.count(REPLAY_WINDOW),
                DuplicatePolicy.named(reader.text(DUPLICATES)).orElseThrow());
    }
}
