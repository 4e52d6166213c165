package io.safefedllm.strategy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.safefedllm.strategy.evidence.EvidenceSettings;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategySettingsTest {

    @Test
    void parse_nothingGiven_takesTheDefaults() {
        StrategySettings settings = StrategySettings.parse(Map.of());

        assertThat(settings.level()).isEqualTo(Level.SHADOW);
        assertThat(settings.gate()).isEqualTo(new GateSettings(true, 1e-12, 160));
        assertThat(settings.evidence()).isEqualTo(new EvidenceSettings(true, true, OptionalDouble.empty()));
        assertThat(settings.trust()).isEqualTo(TrustSettings.DEFAULTS);
        assertThat(settings.rule().name()).isEqualTo("mean");
        assertThat(settings.course().rounds()).isEqualTo(25);
        assertThat(settings.course().timeout()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.course().minReplies()).isEqualTo(1);
        assertThat(settings.course().skipThreshold()).isEqualTo(0.2);
        assertThat(settings.course().sampling()).isEqualTo(new Sampling(OptionalDouble.empty(), 2, 2, 20));
        assertThat(settings.seed()).isEqualTo(2023);
    }

    @Test
    void parse_everyKeyOfTheTable_isAcceptedWithItsDefault() {
        for (SettingCard card : StrategySettings.cards()) {
            card.fallback().ifPresent(text -> assertThat(
                            StrategySettings.parse(Map.of(card.key(), text)).effective())
                    .as(card.key())
                    .isEqualTo(StrategySettings.parse(Map.of()).effective()));
        }
    }

    @Test
    void parse_flowersOwnKeys_winOverOurs() {
        StrategySettings settings = StrategySettings.parse(Map.of(
                "num-server-rounds", 3L,
                "safe-fedllm.rounds", 9L,
                "strategy.fraction-train", 0.5,
                "strategy.min-train-nodes", 4L,
                "strategy.min-available-nodes", 6L,
                "train.training-arguments.max-steps", 5L,
                "train.training-arguments.per-device-train-batch-size", 2L,
                "train.training-arguments.gradient-accumulation-steps", 3L,
                "model.lora.peft-lora-r", 8L));

        assertThat(settings.course().rounds()).isEqualTo(3);
        assertThat(settings.course().sampling()).isEqualTo(new Sampling(OptionalDouble.of(0.5), 4, 6, 20));
        assertThat(settings.gate().maxNumExamples()).isEqualTo(30);
        assertThat(settings.adapter().rank()).hasValue(8);
    }

    @Test
    void parse_trainerKeyThatMeansNoLimit_leavesOurs() {
        StrategySettings settings = StrategySettings.parse(
                Map.of("train.training-arguments.max-steps", -1L, "safe-fedllm.local.steps", 2L));

        assertThat(settings.gate().maxNumExamples()).isEqualTo(32);
    }

    @Test
    void parse_keysOfTheApp_areLeftAlone() {
        assertThat(StrategySettings.parse(Map.of("dataset.name", "x", "strategy.other", 1L))
                        .effective())
                .isEqualTo(StrategySettings.parse(Map.of()).effective());
    }

    @Test
    void parse_textsFromACommandLine_areRead() {
        StrategySettings settings = StrategySettings.parse(Map.of(
                "safe-fedllm.level", "client",
                "safe-fedllm.client.slope", "7.5",
                "safe-fedllm.seed", "-4",
                "safe-fedllm.probe.views", "first_b, all_b",
                "safe-fedllm.probe.path", "a/probe.bin",
                "safe-fedllm.shadow.also-main", "off"));

        assertThat(settings.level()).isEqualTo(Level.CLIENT);
        assertThat(settings.trust().level().slope()).isEqualTo(7.5);
        assertThat(settings.seed()).isEqualTo(-4);
        assertThat(settings.probe().views()).containsExactly("first_b", "all_b");
        assertThat(settings.probe().path()).hasValue(Path.of("a/probe.bin"));
        assertThat(settings.evidence().alsoMain()).isFalse();
        assertThat(settings.evidence().dispatch()).isFalse();
    }

    @Test
    void parse_notEnabled_isLevelNone() {
        StrategySettings settings = StrategySettings.parse(Map.of("safe-fedllm.enabled", false));

        assertThat(settings.level()).isEqualTo(Level.NONE);
        assertThat(settings.gate().screening()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "level|evidence-lvl|unknown level 'evidence-lvl'; choose one of adapter, client, evidence, none, shadow, step",
                "mode|paper-faithful|unknown mode 'paper-faithful'; choose one of hardened",
                "rule|kurm|unknown rule 'kurm'; choose one of mean, krum, multi-krum, trimmed-mean, krum-reference,"
                        + " trimmed-mean-1",
                "rule|krum|rule 'krum' needs the assumed number of attackers; give rule.byzantine",
                "evidence.source|report|unknown evidence.source 'report'; choose one of auto, dispatch, reply",
                "evidence.source|reply|level 'shadow' takes evidence from 'dispatch' but evidence.source was 'reply';"
                        + " set it to auto",
                "skip-threshold|1.5|safe-fedllm.skip-threshold must be a number from 0 to 1 but was '1.5'",
                "skip-threshold|NaN|safe-fedllm.skip-threshold must be a number from 0 to 1 but was 'NaN'",
                "client.slope|0|safe-fedllm.client.slope must be a number above 0 but was '0'",
                "rounds|0|safe-fedllm.rounds must be a whole number of at least 1 but was '0'",
                "rounds|2.5|safe-fedllm.rounds must be a whole number of at least 1 but was '2.5'",
                "seed|x|safe-fedllm.seed must be a whole number but was 'x'",
                "enabled|maybe|safe-fedllm.enabled must be on or off but was 'maybe'",
                "probe.views|first_b,|safe-fedllm.probe.views must be names separated by commas but was 'first_b,'",
                "round.timeout-seconds|-1|safe-fedllm.round.timeout-seconds must be a number above 0 but was '-1'"
            })
    void parse_valueThatIsNotAllowed_isRefusedWithWhatIs(String key, String value, String reason) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> StrategySettings.parse(Map.of("safe-fedllm." + key, value)))
                .withMessage("SFL-201 " + reason)
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }

    @Test
    void parse_localWorkBeyondSixtyFourBits_isRefused() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> StrategySettings.parse(Map.of(
                        "safe-fedllm.local.steps", 1L << 21,
                        "safe-fedllm.local.batch-size", 1L << 21,
                        "safe-fedllm.local.accumulation", 1L << 22)))
                .withMessageContaining("must fit into 64 bits but was 2097152 x 2097152 x 4194304");
    }

    @Test
    void parse_unknownKeyOfOurs_isRefusedWithTheKnownOnes() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> StrategySettings.parse(Map.of("safe-fedllm.levle", "client")))
                .withMessageStartingWith("SFL-201 unknown setting 'safe-fedllm.levle'; known are, each after"
                        + " 'safe-fedllm.': client.slope, enabled, evidence.source,")
                .withMessageNotContaining("\n");
    }

    @Test
    void parse_tableOfSettings_holdsEveryKeyOnce() {
        List<String> keys =
                StrategySettings.cards().stream().map(SettingCard::key).toList();

        assertThat(keys).doesNotHaveDuplicates().contains("safe-fedllm.level", "num-server-rounds");
        assertThat(StrategySettings.cards()).noneMatch(card -> card.meaning().isBlank());
    }

    @Test
    void fuse_sameKey_takesTheStronger() {
        assertThat(StrategySettings.fuse(Map.of("a", 1, "b", 1), Map.of("b", 2)))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", 1, "b", 2));
    }
}
