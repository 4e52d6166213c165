package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.evidence.EvidenceSettings;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.trust.Level;
import java.util.List;

/** The settings of where evidence comes from. */
final class EvidenceTable {
    private static final Fallback ROUND_ONE = Fallback.derived("the clients' rate in round 1");

    static final Setting SOURCE = Setting.choice(
            "evidence.source",
            EvidenceSource.keys(),
            EvidenceSource.AUTO.key(),
            "who makes the records that are scored: auto takes what a reply reports unasked, else dispatch for shadow"
                    + " and evidence, reply for the others; report asks clients for their steps");
    static final Setting ALSO_MAIN = Setting.byMode(
            "shadow.also-main",
            SettingKind.SWITCH,
            Fallback.of(EvidenceSettings.DEFAULT_ALSO_MAIN),
            Fallback.of(false),
            "score the submitted update beside the shadow update");
    static final Setting SHADOW_LEARNING_RATE = Setting.byMode(
            "shadow.learning-rate",
            SettingKind.POSITIVE,
            ROUND_ONE,
            Fallback.of(LocalTable.PAPER_LEARNING_RATE),
            "rate of shadow tasks");

    static final List<Setting> ALL = List.of(SOURCE, ALSO_MAIN, SHADOW_LEARNING_RATE);

    private EvidenceTable() {}

    static EvidenceSettings read(SettingsReader reader, Level level) {
        EvidenceSource source = EvidenceSource.named(reader.text(SOURCE)).orElseThrow();
        require(level, source);
        boolean dispatch = level == Level.SHADOW || level == Level.EVIDENCE;
        boolean alsoMain = level == Level.ADAPTER || reader.flag(ALSO_MAIN);
        return new EvidenceSettings(source, dispatch, alsoMain, reader.optionalNumber(SHADOW_LEARNING_RATE));
    }

    private static void require(Level level, EvidenceSource source) {
        List<EvidenceSource> usable = usable(level);
        if (!usable.contains(source)) {
            throw new SettingsException("level '" + level.key() + "' cannot take evidence from '" + source.key()
                    + "'; set evidence.source to one of "
                    + String.join(", ", usable.stream().map(EvidenceSource::key).toList()));
        }
    }

    /** SF-13.1: what each source can serve. */
    private static List<EvidenceSource> usable(Level level) {
        return switch (level) {
            case NONE -> List.of(EvidenceSource.values());
            case STEP, CLIENT -> List.of(EvidenceSource.AUTO, EvidenceSource.REPLY, EvidenceSource.REPORT);
            case SHADOW, EVIDENCE -> List.of(EvidenceSource.AUTO, EvidenceSource.DISPATCH, EvidenceSource.REPORT);
            case ADAPTER -> List.of(EvidenceSource.AUTO, EvidenceSource.REPLY);
        };
    }
}
