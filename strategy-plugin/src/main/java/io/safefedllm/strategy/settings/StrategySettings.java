package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.evidence.EvidenceSettings;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.LevelSettings;
import io.safefedllm.strategy.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Everything that can be set about a run, checked.
 *
 * @param level what the defence scores
 * @param probe which probe scores
 * @param gate what the firewall checks
 * @param evidence where evidence comes from
 * @param trust how scores become weights
 * @param rule how adapters are combined
 * @param course rounds, deadlines, sampling
 * @param adapter the first adapter
 * @param seed seed of everything that the server draws
 * @param effective every setting that has a value, given or default: Double, Long, Boolean, String or list of strings, by
 *     full key
 */
public record StrategySettings(
        Level level,
        ProbeSettings probe,
        GateSettings gate,
        EvidenceSettings evidence,
        TrustSettings trust,
        RuleSettings rule,
        RoundSettings course,
        AdapterSettings adapter,
        long seed,
        Map<String, Object> effective) {

    /** Returns the table of all settings, for help texts and documents. */
    public static List<SettingCard> cards() {
        return SettingsTable.ALL.stream().map(Setting::card).toList();
    }

    /**
     * Reads settings from a run config or any map of full keys; keys of others are left alone.
     *
     * @throws SettingsException if a {@code safe-fedllm.} key is unknown, a value is not allowed, or two do not go together
     */
    public static StrategySettings parse(Map<String, Object> values) {
        SettingsReader reader = new SettingsReader(values);
        Level level = level(reader);
        return new StrategySettings(
                level,
                probe(reader),
                gate(reader, level),
                evidence(reader, level),
                trust(reader),
                rule(reader),
                course(reader),
                adapter(reader),
                reader.whole(SettingsTable.SEED),
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

    private static ProbeSettings probe(SettingsReader reader) {
        return new ProbeSettings(
                reader.optionalText(SettingsTable.PROBE_PATH).map(Path::of),
                reader.optionalNumber(SettingsTable.PROBE_THRESHOLD),
                reader.names(SettingsTable.PROBE_VIEWS));
    }

    private static GateSettings gate(SettingsReader reader, Level level) {
        long steps = winner(reader, SettingsTable.MAX_STEPS, SettingsTable.LOCAL_STEPS);
        long batch = winner(reader, SettingsTable.TRAIN_BATCH_SIZE, SettingsTable.LOCAL_BATCH_SIZE);
        long accumulation = winner(reader, SettingsTable.ACCUMULATION_STEPS, SettingsTable.LOCAL_ACCUMULATION);
        long cap = reader.optionalWhole(SettingsTable.MAX_NUM_EXAMPLES).orElse(cap(steps, batch, accumulation));
        return new GateSettings(level != Level.NONE, reader.number(SettingsTable.ZERO_EPSILON), cap);
    }

    private static long cap(long steps, long batch, long accumulation) {
        try {
            return Math.multiplyExact(Math.multiplyExact(steps, batch), accumulation);
        } catch (ArithmeticException e) {
            throw new SettingsException(
                    "local.steps x local.batch-size x local.accumulation must fit into 64 bits but was " + steps + " x "
                            + batch + " x " + accumulation);
        }
    }

    /** An app's own key wins where it says a number of things; trainers also use 0 and -1 for "not limited". */
    private static long winner(SettingsReader reader, Setting flower, Setting ours) {
        OptionalLong given = reader.optionalWhole(flower);
        return given.isPresent() && given.getAsLong() >= 1 && given.getAsLong() <= Integer.MAX_VALUE
                ? given.getAsLong()
                : reader.whole(ours);
    }

    private static EvidenceSettings evidence(SettingsReader reader, Level level) {
        String source = reader.text(SettingsTable.EVIDENCE_SOURCE);
        boolean dispatch = level == Level.SHADOW || level == Level.EVIDENCE;
        String needed = dispatch ? "dispatch" : "reply";
        if (level != Level.NONE && !source.equals("auto") && !source.equals(needed)) {
            throw new SettingsException("level '" + level.key() + "' takes evidence from '" + needed
                    + "' but evidence.source was '" + source + "'; set it to auto");
        }
        return new EvidenceSettings(
                dispatch,
                reader.flag(SettingsTable.SHADOW_ALSO_MAIN),
                reader.optionalNumber(SettingsTable.SHADOW_LEARNING_RATE));
    }

    private static TrustSettings trust(SettingsReader reader) {
        LevelSettings defaults = LevelSettings.DEFAULTS;
        return TrustSettings.DEFAULTS
                .withLevel(new LevelSettings(
                        defaults.timeDecay(),
                        defaults.priorAlpha(),
                        defaults.priorBeta(),
                        reader.number(SettingsTable.CLIENT_SLOPE),
                        reader.number(SettingsTable.SHADOW_ETA),
                        reader.number(SettingsTable.HARMFUL_SHARE),
                        defaults.freezeRound()))
                .withMinWeight(reader.number(SettingsTable.MIN_WEIGHT));
    }

    private static RuleSettings rule(SettingsReader reader) {
        RuleSettings rule =
                new RuleSettings(reader.text(SettingsTable.RULE), reader.optionalCount(SettingsTable.RULE_BYZANTINE));
        try {
            rule.rule();
            return rule;
        } catch (IllegalArgumentException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }

    private static RoundSettings course(SettingsReader reader) {
        return new RoundSettings(
                reader.optionalCount(SettingsTable.NUM_SERVER_ROUNDS).orElse(reader.count(SettingsTable.ROUNDS)),
                Duration.ofNanos((long) (reader.number(SettingsTable.ROUND_TIMEOUT) * 1e9)),
                reader.count(SettingsTable.MIN_REPLIES),
                reader.number(SettingsTable.SKIP_THRESHOLD),
                new Sampling(
                        reader.optionalNumber(SettingsTable.FRACTION_TRAIN),
                        reader.optionalCount(SettingsTable.MIN_TRAIN_NODES).orElse(Sampling.DEFAULT_MIN_NODES),
                        reader.optionalCount(SettingsTable.MIN_AVAILABLE_NODES).orElse(Sampling.DEFAULT_MIN_NODES),
                        reader.count(SettingsTable.SAMPLE_CLIENTS)));
    }

    private static AdapterSettings adapter(SettingsReader reader) {
        return new AdapterSettings(
                reader.optionalText(SettingsTable.INITIAL_ADAPTER).map(Path::of),
                reader.optionalCount(SettingsTable.LORA_R),
                reader.optionalNumber(SettingsTable.LORA_ALPHA));
    }
}
