package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.evidence.EvidenceSettings;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.gate.RoundGateSettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Mode;
import io.safefedllm.strategy.trust.TrustSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be set about a run, checked.
 *
 * @param level what the defence scores
 * @param probe which probe scores
 * @param firewall what is checked of replies
 * @param evidence where evidence comes from
 * @param trust how scores become weights
 * @param rule how adapters are combined
 * @param course rounds, deadlines, sampling, seed
 * @param local what clients do
 * @param adapter the first adapter
 * @param effective every setting that has a value, given or default: Double, Long, Boolean, String or list of strings, by
 *     full key; reading it again gives the same settings
 */
public record StrategySettings(
        Level level,
        ProbeSettings probe,
        Firewall firewall,
        EvidenceSettings evidence,
        TrustSettings trust,
        RuleSettings rule,
        RoundSettings course,
        LocalSettings local,
        AdapterSettings adapter,
        Map<String, Object> effective) {

    /**
     * What is checked of replies.
     *
     * @param reply of each reply by itself
     * @param round of the replies of a round together
     */
    public record Firewall(GateSettings reply, RoundGateSettings round) {}

    /** Returns the table of all settings, for help texts and documents. */
    public static List<SettingCard> cards() {
        return SettingsTable.ALL.stream().map(Setting::card).toList();
    }

    /**
     * Reads settings from a run config or any map of full keys; keys of others are left alone. Settings that are not given
     * have the value of the mode (SF-0.1).
     *
     * @throws SettingsException if a {@code safe-fedllm.} key is unknown, a value is not allowed, or two do not go together
     */
    public static StrategySettings parse(Map<String, Object> values) {
        SettingsReader reader = new SettingsReader(values);
        TrainerTable.read(reader);
        Level level = level(reader);
        LocalSettings local = LocalTable.read(reader);
        ProbeTable.derive(reader, level);
        GateTable.derive(reader, level, local);
        TrustTable.derive(reader);
        return new StrategySettings(
                level,
                ProbeTable.read(reader),
                new Firewall(GateTable.read(reader, level), GateTable.readRound(reader)),
                EvidenceTable.read(reader, level),
                TrustTable.read(reader, local.recipe()),
                RuleTable.read(reader),
                CourseTable.read(reader),
                local,
                adapter(reader),
                reader.effective());
    }

    /** Returns {@code weaker} with everything that {@code stronger} gives put over it. */
    public static Map<String, Object> fuse(Map<String, Object> weaker, Map<String, Object> stronger) {
        Map<String, Object> fused = new LinkedHashMap<>(weaker);
        fused.putAll(stronger);
        return fused;
    }

    private static Level level(SettingsReader reader) {
        if (!reader.flag(SettingsTable.ENABLED)) {
            return Level.NONE;
        }
        return Level.named(reader.text(SettingsTable.LEVEL)).orElseThrow();
    }

    private static AdapterSettings adapter(SettingsReader reader) {
        return new AdapterSettings(
                reader.optionalText(CourseTable.INITIAL_ADAPTER).map(Path::of),
                reader.optionalCount(LocalTable.LORA_R),
                reader.optionalNumber(LocalTable.LORA_ALPHA),
                LocalTable.made(reader),
                reader.optionalText(CourseTable.RESUME_FROM).map(Path::of));
    }

    /** Returns the mode, whose only effect is the values of settings that are not given. */
    public Mode mode() {
        return Mode.named(String.valueOf(effective.get(SettingsTable.MODE.key())))
                .orElseThrow();
    }

    /** Returns the seed of everything that the server draws. */
    public long seed() {
        return course.seed();
    }
}
