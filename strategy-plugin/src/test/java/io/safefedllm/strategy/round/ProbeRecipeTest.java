package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.model.Calibration;
import io.safefedllm.probe.model.HeldOutRates;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.UpdateRecipe;
import io.safefedllm.probe.model.ViewCard;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.IssuedAdapter;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.journal.JournalReader;
import io.safefedllm.strategy.settings.StrategySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeRecipeTest {
    private static final LoraAdapter INITIAL = Adapters.initial();
    private static final String LORA_A = IssuedAdapter.of(INITIAL).loraASha256();
    private static final Map<String, Object> SHADOW = Map.of(
            "safe-fedllm.level", "shadow", "safe-fedllm.local.steps", 5L, "safe-fedllm.shadow.learning-rate", 3e-3);

    private static final @Nullable Calibration NONE = null;

    @Test
    void differences_sameRecipe_areNone() {
        assertThat(differences(SHADOW, new UpdateRecipe("initial", "final", 3e-3, 5, 16, LORA_A)))
                .isEmpty();
    }

    @Test
    void differences_whatTheCardDoesNotSay_areNamed() {
        assertThat(differences(SHADOW, new UpdateRecipe("initial", "", Double.NaN, 0, 0, "")))
                .containsExactly(
                        "its card does not say whether it learned from whole trainings or from their steps",
                        "its card does not say from how many local steps it learned",
                        "its card does not say from how many rows a step it learned",
                        "its card does not say at which learning rate it learned",
                        "its card does not say with which LoRA A matrices it learned");
        assertThat(differences(SHADOW))
                .containsExactly("its card does not say how the updates were made that it learned from");
    }

    @Test
    void differences_stepsInPlaceOfWholeTrainings_areNamed() {
        Map<String, Object> reported = new LinkedHashMap<>(SHADOW);
        reported.put("safe-fedllm.evidence.source", "report");

        assertThat(differences(reported, new UpdateRecipe("initial", "final", 3e-3, 5, 16, LORA_A)))
                .containsExactly("it learned from whole trainings, the run scores the steps that clients report");
        assertThat(differences(SHADOW, new UpdateRecipe("initial", "steps", 3e-3, 5, 16, LORA_A)))
                .containsExactly("it learned from the steps that clients report, the run scores whole trainings");
        assertThat(differences(reported, new UpdateRecipe("initial", "steps", 3e-3, 5, 16, LORA_A)))
                .isEmpty();
    }

    @Test
    void differences_everythingElse_isNamed() {
        assertThat(differences(SHADOW, new UpdateRecipe("global", "final", 1e-3, 7, 8, "")))
                .containsExactly(
                        "it learned from updates of the global adapter, the run scores those of the initial",
                        "it learned from 7 local steps, the run has 5",
                        "it learned from 8 rows a step, the run has 16",
                        "it learned at learning rate 0.001, the run has 0.003");
        assertThat(differences(SHADOW, new UpdateRecipe("initial", "final", 3e-3, 5, 16, "f".repeat(64))))
                .containsExactly("it learned with other LoRA A matrices than the first adapter has");
    }

    @Test
    void differences_severalRecipes_areThoseOfTheClosest() {
        assertThat(differences(
                        SHADOW,
                        new UpdateRecipe("global", "final", 1e-3, 7, 8, ""),
                        new UpdateRecipe("initial", "final", 3e-3, 4, 16, LORA_A)))
                .containsExactly("it learned from 4 local steps, the run has 5");
    }

    @Test
    void run_probeOfAnotherRecipe_isWarnedAboutInTheJournal(@TempDir Path directory) throws IOException {
        RunOutcome outcome = run(directory, Map.of(), NONE);

        assertThat(outcome.reason()).isEmpty();
        assertThat(JournalReader.read(directory.resolve("journal.jsonl"))
                        .lines()
                        .get(0)
                        .content()
                        .path("probeWarnings")
                        .toString())
                .isEqualTo("[\"it learned from 7 local steps, the run has 10\"]");
    }

    @Test
    void run_cardWithoutARecipe_isRefusedWhereStrictAndElseWarnedAbout(@TempDir Path directory) throws IOException {
        ProbeSet silent = probe(card(null));

        assertThat(run(directory, Map.of("safe-fedllm.probe.strict", true), silent)
                        .reason())
                .isEqualTo("SFL-201 the probe is not for this run: its card does not say how the updates were made that"
                        + " it learned from; train one for it or set safe-fedllm.probe.strict to off");
        assertThat(directory).isEmptyDirectory();

        assertThat(run(directory, Map.of(), silent).reason()).isEmpty();
        assertThat(JournalReader.read(directory.resolve("journal.jsonl"))
                        .lines()
                        .get(0)
                        .content()
                        .path("probeWarnings")
                        .toString())
                .isEqualTo("[\"its card does not say how the updates were made that it learned from\"]");
    }

    @Test
    void run_probeOfAnotherRecipeAndStrict_isRefused(@TempDir Path directory) {
        RunOutcome outcome = run(directory, Map.of("safe-fedllm.probe.strict", true), NONE);

        assertThat(outcome.reason())
                .isEqualTo("SFL-201 the probe is not for this run: it learned from 7 local steps, the run has 10;"
                        + " train one for it or set safe-fedllm.probe.strict to off");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void run_adapterLevelWithoutACalibratedView_isRefused(@TempDir Path directory) {
        assertThat(run(directory, Map.of("safe-fedllm.level", "adapter"), NONE).reason())
                .isEqualTo(
                        "SFL-201 adapter rule 'guarded' needs the logits' spread of the probe's card, which has none;"
                                + " calibrate the probe again");
        assertThat(run(directory, Map.of("safe-fedllm.level", "adapter", "safe-fedllm.adapter.rule", "canary"), NONE)
                        .reason())
                .isEqualTo(
                        "SFL-201 safe-fedllm.adapter.rule 'canary' needs a model and texts of the server's own, which"
                                + " this program was not given; give serve --canary-benign and --canary-harmful, or choose"
                                + " another rule");
    }

    @Test
    void run_adapterLevelWithACalibratedView_saysItsNumbersInTheJournal(@TempDir Path directory) throws IOException {
        Calibration calibration = new Calibration("max-source", 0.01, List.of(), 1.25, 0.5);

        assertThat(run(directory, Map.of("safe-fedllm.level", "adapter"), calibration)
                        .reason())
                .isEmpty();

        var head = JournalReader.read(directory.resolve("journal.jsonl"))
                .lines()
                .get(0)
                .content();
        assertThat(head.path("sigma0").asDouble()).isEqualTo(1.25);
        assertThat(head.path("q0").asDouble()).isEqualTo(0.5);
        assertThat(head.path("settings").path("safe-fedllm.clip.enabled").asBoolean())
                .isTrue();
    }

    @Test
    void run_directoryOfARunWithAnotherCalibration_isRefused(@TempDir Path directory) {
        Map<String, Object> adapter = Map.of("safe-fedllm.level", "adapter");
        run(directory, adapter, new Calibration("max-source", 0.01, List.of(), 1.25, 0.5));

        assertThat(run(directory, adapter, new Calibration("max-source", 0.01, List.of(), 1.25, 0.75))
                        .reason())
                .isEqualTo(
                        "SFL-201 '" + directory + "' holds a run whose probe was calibrated otherwise; use the probe as"
                                + " it was or choose another directory");
    }

    private static List<String> differences(Map<String, Object> settings, UpdateRecipe... recipes) {
        return ProbeRecipe.differences(card(null, recipes), StrategySettings.parse(settings), INITIAL);
    }

    private static RunOutcome run(Path directory, Map<String, Object> settings, @Nullable Calibration calibration) {
        return run(directory, settings, probe(card(calibration, new UpdateRecipe("global", "final", 5e-5, 7, 16, ""))));
    }

    private static RunOutcome run(Path directory, Map<String, Object> settings, ProbeSet probe) {
        SafeFedLlmServerApp app = SafeFedLlmServerApp.builder()
                .runDirectory(directory)
                .initialAdapter(Adapters.peft(INITIAL))
                .probe(probe)
                .build();
        Map<String, Object> config =
                new LinkedHashMap<>(Map.of("safe-fedllm.level", "client", "num-server-rounds", 1L));
        config.put("strategy.min-available-nodes", 1L);
        config.putAll(settings);
        return EmbeddedFederation.builder()
                .runConfig(config)
                .node(2, Map.of(), (message, context) -> Replies.honest(Adapters.shifted(INITIAL, 0.1f), 5))
                .run(app);
    }

    private static ProbeCard card(@Nullable Calibration calibration, UpdateRecipe... recipes) {
        ViewCard view = new ViewCard("all_b", 1, 0.1, new HeldOutRates(0, 1, 1, 1), calibration);
        return new ProbeCard("1", 1, "tiny", List.of(recipes), List.of(), List.of(view));
    }

    private static ProbeSet probe(ProbeCard card) {
        FeatureKeys keys = FeatureKeys.of(ViewSelector.ALL_B, Adapters.LAYOUT);
        LinearProbe probe = LinearProbe.copyOf(keys, Normalisation.L2, new float[keys.dimension()], -1f);
        FeatureKeys first = FeatureKeys.of(ViewSelector.FIRST_B, Adapters.LAYOUT);
        LinearProbe second = LinearProbe.copyOf(first, Normalisation.L2, new float[first.dimension()], -1f);
        return ProbeSet.of(
                Adapters.LAYOUT,
                List.of(
                        new ProbeView("all_b", ViewSelector.ALL_B, probe, 0.8),
                        new ProbeView("first_b", ViewSelector.FIRST_B, second, 0.8)),
                card);
    }
}
