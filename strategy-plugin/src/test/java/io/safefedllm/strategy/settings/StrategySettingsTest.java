package io.safefedllm.strategy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.safefedllm.strategy.evidence.EvidenceSettings;
import io.safefedllm.strategy.evidence.EvidenceSource;
import io.safefedllm.strategy.exchange.EvidencePolicy;
import io.safefedllm.strategy.gate.DeltaBase;
import io.safefedllm.strategy.gate.DuplicatePolicy;
import io.safefedllm.strategy.gate.GateSettings;
import io.safefedllm.strategy.gate.NormSettings;
import io.safefedllm.strategy.gate.RoundGateSettings;
import io.safefedllm.strategy.trust.Level;
import io.safefedllm.strategy.trust.Mode;
import io.safefedllm.strategy.trust.TrustSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrategySettingsTest {
    private static final Map<String, Object> PAPER = Map.of("safe-fedllm.mode", "paper-faithful");

    /** Settings whose value without being given is told in words, because it follows from something else. */
    private static final Set<String> DERIVED = Set.of(
            "safe-fedllm.probe.threshold",
            "safe-fedllm.probe.views",
            "safe-fedllm.shadow.learning-rate",
            "safe-fedllm.max-num-examples",
            "safe-fedllm.clip.enabled",
            "safe-fedllm.duplicates",
            "safe-fedllm.calibration.min-scores");

    @Test
    void parse_nothingGiven_takesTheDefaults() {
        StrategySettings settings = StrategySettings.parse(Map.of());

        assertThat(settings.level()).isEqualTo(Level.ADAPTER);
        assertThat(settings.mode()).isEqualTo(Mode.HARDENED);
        assertThat(settings.firewall().reply()).isEqualTo(new GateSettings(true, 1e-12, 160));
        assertThat(settings.firewall().round())
                .isEqualTo(new RoundGateSettings(NormSettings.DEFAULTS, 50, DuplicatePolicy.STRIKE));
        assertThat(settings.evidence())
                .isEqualTo(new EvidenceSettings(EvidenceSource.AUTO, false, true, OptionalDouble.empty()));
        assertThat(settings.trust()).isEqualTo(TrustSettings.DEFAULTS);
        assertThat(settings.rule().name()).isEqualTo("mean");
        assertThat(settings.course().rounds()).isEqualTo(25);
        assertThat(settings.course().timeout()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.course().minReplies()).isEqualTo(1);
        assertThat(settings.course().skip()).isEqualTo(new SkipSettings(0.2, SkipScope.COUNTED));
        assertThat(settings.rule().weightsInRules()).isTrue();
        assertThat(settings.rule().optimizer()).isEqualTo("none");
        assertThat(settings.course().sampling()).isEqualTo(new Sampling(OptionalDouble.empty(), 2, 2, 20));
        assertThat(settings.seed()).isEqualTo(2023);
    }

    @Test
    void parse_paperFaithful_takesThePapersDefaults() {
        StrategySettings settings = StrategySettings.parse(PAPER);

        assertThat(settings.mode()).isEqualTo(Mode.PAPER_FAITHFUL);
        assertThat(settings.firewall().reply())
                .isEqualTo(new GateSettings(true, EvidencePolicy.TRUST, 1e-12, OptionalLong.empty(), DeltaBase.AUTO));
        assertThat(settings.firewall().round()).isEqualTo(RoundGateSettings.OFF);
        assertThat(settings.evidence()).isEqualTo(new EvidenceSettings(true, false, OptionalDouble.of(5e-5)));
        assertThat(settings.trust()).isEqualTo(TrustSettings.PAPER_FAITHFUL);
        assertThat(settings.probe().threshold()).hasValue(0.8);
        assertThat(settings.probe().views()).containsExactly("first_b");
        assertThat(settings.probe().calibrated()).isFalse();
        assertThat(settings.course().skip().scope()).isEqualTo(SkipScope.SAMPLED);
        assertThat(settings.rule().weightsInRules()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hardened", "paper-faithful"})
    void parse_modeWithEveryDefaultOfTheOther_isTheOther(String mode) {
        boolean hardened = mode.equals("hardened");
        Map<String, Object> others = new HashMap<>();
        for (SettingCard card : StrategySettings.cards()) {
            String other = hardened ? card.paperFaithful() : card.hardened();
            if (!other.isEmpty() && !other.equals(hardened ? card.hardened() : card.paperFaithful())) {
                others.put(card.key(), other);
            }
        }
        others.put("safe-fedllm.mode", mode);
        others.keySet().removeIf(key -> DERIVED.contains(key));

        StrategySettings settings = StrategySettings.parse(others);

        StrategySettings expected = StrategySettings.parse(hardened ? PAPER : Map.of());
        assertThat(settings.trust().withLevel(expected.trust().level())).isEqualTo(expected.trust());
        assertThat(settings.firewall().round().replayWindow())
                .isEqualTo(expected.firewall().round().replayWindow());
        assertThat(settings.course().skip()).isEqualTo(expected.course().skip());
        assertThat(settings.rule().weightsInRules()).isEqualTo(expected.rule().weightsInRules());
    }

    @ParameterizedTest
    @CsvSource({
        "none, hardened, OFF",
        "client, hardened, SHARE",
        "step, hardened, SHARE",
        "shadow, hardened, SHARE",
        "evidence, hardened, SHARE",
        "adapter, hardened, STRIKE",
        "shadow, paper-faithful, OFF",
        "adapter, paper-faithful, OFF",
    })
    void parse_duplicatesNotGiven_followLevelAndMode(String level, String mode, DuplicatePolicy policy) {
        StrategySettings settings =
                StrategySettings.parse(Map.of("safe-fedllm.level", level, "safe-fedllm.mode", mode));

        assertThat(settings.firewall().round().duplicates()).isEqualTo(policy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "step", "client", "shadow", "evidence", "adapter"})
    void parse_effectiveSettings_readAgainAreTheSame(String level) {
        for (String mode : List.of("hardened", "paper-faithful")) {
            StrategySettings once =
                    StrategySettings.parse(Map.of("safe-fedllm.level", level, "safe-fedllm.mode", mode));

            StrategySettings twice = StrategySettings.parse(once.effective());

            assertThat(twice.effective()).isEqualTo(once.effective());
            assertThat(twice.trust()).isEqualTo(once.trust());
            assertThat(twice.firewall()).isEqualTo(once.firewall());
            assertThat(twice.evidence()).isEqualTo(once.evidence());
            assertThat(twice.probe()).isEqualTo(once.probe());
            assertThat(twice.rule()).isEqualTo(once.rule());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hardened", "paper-faithful"})
    void parse_noneWhereOneOfTheModesHasNone_isGivenAndReadAgainTheSame(String mode) {
        StrategySettings none = StrategySettings.parse(Map.of(
                "safe-fedllm.mode", mode,
                "safe-fedllm.freeze-round", "none",
                "safe-fedllm.max-num-examples", "none",
                "safe-fedllm.firewall.oversize-factor", "none"));

        StrategySettings twice = StrategySettings.parse(none.effective());
        for (StrategySettings settings : List.of(none, twice)) {
            assertThat(settings.trust().level().freezeRound()).isEmpty();
            assertThat(settings.firewall().reply().maxNumExamples()).isEmpty();
            assertThat(settings.firewall().round().norms().oversizeFactor()).isEmpty();
        }
        assertThat(twice.effective()).isEqualTo(none.effective());
    }

    @Test
    void parse_noneThatTheModeHasAnyway_isAsIfNothingWereGiven() {
        Map<String, Object> given = Map.of("safe-fedllm.freeze-round", "none");

        assertThat(StrategySettings.parse(given).effective())
                .isEqualTo(StrategySettings.parse(Map.of()).effective());
    }

    @Test
    void parse_everyKeyOfTheTable_isAcceptedWithItsDefault() {
        for (SettingCard card : StrategySettings.cards()) {
            if (!card.hardened().isEmpty()
                    && !DERIVED.contains(card.key())
                    && !card.key().contains(".rule.")) {
                assertThat(StrategySettings.parse(Map.of(card.key(), card.hardened()))
                                .effective())
                        .as(card.key())
                        .isEqualTo(StrategySettings.parse(Map.of()).effective());
            }
        }
    }

    @Test
    void parse_parametersOfRules_areHandedOver() {
        StrategySettings settings = StrategySettings.parse(Map.of(
                "safe-fedllm.rule",
                "multi-krum",
                "safe-fedllm.rule.byzantine",
                1L,
                "safe-fedllm.server.optimizer",
                "fedavgm",
                "safe-fedllm.server.beta1",
                0.5));

        assertThat(settings.rule().choice().byzantine()).hasValue(1);
        assertThat(settings.rule().serverOptimizer().name()).isEqualTo("fedavgm");
        assertThat(settings.rule().numbers().beta1()).isEqualTo(0.5);
    }

    @Test
    void parse_numberOfThePenaltyInPaperMode_bringsThePenalty() {
        Map<String, Object> values = new HashMap<>(PAPER);
        values.put("safe-fedllm.penalty.strikes", 2L);
        assertThat(StrategySettings.parse(values).trust().penalty().enabled()).isTrue();

        values.put("safe-fedllm.penalty.enabled", "off");
        assertThat(StrategySettings.parse(values).trust().penalty().enabled()).isFalse();
    }

    @Test
    void parse_levelNone_leavesRepliesAsTheyAreUnlessToldOtherwise() {
        assertThat(StrategySettings.parse(Map.of("safe-fedllm.level", "none"))
                        .firewall()
                        .round())
                .isEqualTo(RoundGateSettings.OFF);
        assertThat(StrategySettings.parse(Map.of("safe-fedllm.level", "none", "safe-fedllm.clip.enabled", true))
                        .firewall()
                        .round()
                        .norms()
                        .clip())
                .isTrue();
    }

    @Test
    void parse_adapterLevel_clipsInBothModesAndLooksAtAllLayers() {
        for (String mode : List.of("hardened", "paper-faithful")) {
            StrategySettings settings =
                    StrategySettings.parse(Map.of("safe-fedllm.level", "adapter", "safe-fedllm.mode", mode));

            assertThat(settings.firewall().round().norms().clip()).isTrue();
            assertThat(settings.probe().views()).containsExactly("all_b");
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
        assertThat(settings.firewall().reply().maxNumExamples()).hasValue(30);
        assertThat(settings.adapter().rank()).hasValue(8);
    }

    @Test
    void parse_trainerKeyThatMeansNoLimit_leavesOurs() {
        StrategySettings settings = StrategySettings.parse(
                Map.of("train.training-arguments.max-steps", -1L, "safe-fedllm.local.steps", 2L));

        assertThat(settings.firewall().reply().maxNumExamples()).hasValue(32);
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
        assertThat(settings.firewall().reply().screening()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "level|evidence-lvl|unknown level 'evidence-lvl'; choose one of adapter, client, evidence, none, shadow,"
                        + " step",
                "mode|paper|unknown mode 'paper'; choose one of hardened, paper-faithful",
                "rule|kurm|unknown aggregation rule 'kurm'; choose one of",
                "rule|krum|rule 'krum' needs the assumed number of attackers; give rule.byzantine",
                "evidence.source|letter|unknown evidence.source 'letter'; choose one of auto, dispatch, reply, report",
                "evidence.source|report|level 'adapter' cannot take evidence from 'report'; set evidence.source to one of"
                        + " auto, reply",
                "probe.feature-policy|all_tensors|unknown probe.feature-policy 'all_tensors'; choose one of first_B,"
                        + " all_layers",
                "penalty.strikes|11|penalty strikes must fit into the window of 10 but was 11",
                "trainer.weight-decay|1000|probe training: weight decay is out of range: 1000.0",
                "server.beta1|1|safe-fedllm.server.beta1 must be a number of at least 0 and below 1 but was '1'",
                "skip-threshold|1.5|safe-fedllm.skip-threshold must be a number from 0 to 1 but was '1.5'",
                "skip-threshold|NaN|safe-fedllm.skip-threshold must be a number from 0 to 1 but was 'NaN'",
                "client.slope|0|safe-fedllm.client.slope must be a number above 0 but was '0'",
                "rounds|0|safe-fedllm.rounds must be a whole number of at least 1 but was '0'",
                "clip.factor|none|safe-fedllm.clip.factor must be a number above 0 but was 'none'",
                "freeze-round|-1|safe-fedllm.freeze-round must be a whole number of at least 0, or none but was '-1'",
                "rounds|2.5|safe-fedllm.rounds must be a whole number of at least 1 but was '2.5'",
                "seed|x|safe-fedllm.seed must be a whole number but was 'x'",
                "enabled|maybe|safe-fedllm.enabled must be on or off but was 'maybe'",
                "probe.views|first_b,|safe-fedllm.probe.views must be names separated by commas, each once but was 'first_b,'",
                "probe.views|all_b,all_b|safe-fedllm.probe.views must be names separated by commas, each once but was 'all_b,all_b'",
                "round.timeout-seconds|-1|safe-fedllm.round.timeout-seconds must be a number above 0 but was '-1'"
            })
    void parse_valueThatIsNotAllowed_isRefusedWithWhatIs(String key, String value, String reason) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> StrategySettings.parse(Map.of("safe-fedllm." + key, value)))
                .withMessageStartingWith("SFL-201 " + reason)
                .satisfies(refusal -> assertThat("SFL-201 " + refusal.reason()).isEqualTo(refusal.getMessage()));
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
                        + " 'safe-fedllm.': adapter.rule, calibration.alpha,")
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
