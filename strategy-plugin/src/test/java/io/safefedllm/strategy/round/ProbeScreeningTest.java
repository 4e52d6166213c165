package io.safefedllm.strategy.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.app.RunOutcome;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.feature.FeatureKeys;
import io.safefedllm.probe.feature.Normalisation;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.LinearProbe;
import io.safefedllm.probe.model.ProbeCard;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.store.ProbeFile;
import io.safefedllm.strategy.Adapters;
import io.safefedllm.strategy.exchange.Replies;
import io.safefedllm.strategy.exchange.ReplyCode;
import io.safefedllm.strategy.gate.ViewNorm;
import io.safefedllm.strategy.journal.ClientReport;
import io.safefedllm.strategy.journal.JournalReader;
import io.safefedllm.strategy.journal.RoundReport;
import io.safefedllm.strategy.settings.ProbeSettings;
import io.safefedllm.strategy.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeScreeningTest {
    private static final ProbeSettings DEFAULT = settings(OptionalDouble.empty());

    @Test
    void open_defaultViews_scoresFirstAndRest() {
        try (ProbeScreening probe = open(probes("first_b", "all_a", "rest_b"), DEFAULT)) {
            List<ViewScore> scores = probe.screening(false).scorer().score(update(0.5f));

            assertThat(scores).extracting(ViewScore::view).containsExactly("first_b", "rest_b");
            assertThat(scores).noneMatch(ViewScore::harmful);
            assertThat(probe.screening(false).scorer().score(update(-0.5f))).allMatch(ViewScore::harmful);
        }
    }

    @Test
    void screening_viewNorms_measureTheViewsWithLoraB() {
        try (ProbeScreening probe =
                open(probes("first_b", "all_a"), settings(OptionalDouble.empty(), "first_b", "all_a"))) {
            List<ViewNorm> norms = probe.screening(false).viewNorms();
            assertThat(norms).hasSize(1);
            assertThat(norms.get(0).of(update(0.5f))).isEqualTo(Math.sqrt(6 * 0.25));
            assertThat(norms.get(0).isBelow(update(0.5f), 1.2)).isFalse();
            assertThat(norms.get(0).isBelow(update(0.5f), 1.3)).isTrue();
        }
    }

    @Test
    void open_thresholdIsSet_replacesTheCalibratedOnes() {
        try (ProbeScreening probe = open(probes("first_b"), settings(OptionalDouble.of(0.01)))) {
            ViewScore score =
                    probe.screening(false).scorer().score(update(0.5f)).get(0);

            assertThat(score.threshold()).isEqualTo(0.01);
            assertThat(score.harmful()).isTrue();
        }
    }

    @Test
    void open_viewThatIsNotThere_isRefused() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> open(probes("first_b"), settings(OptionalDouble.empty(), "first_b", "rest_b")))
                .withMessage(
                        "SFL-201 the probe has views first_b but the run scores first_b, rest_b; train a probe with these,"
                                + " or set another safe-fedllm.probe.views, or another safe-fedllm.level where that is"
                                + " 'adapter', which needs all_b");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> open(probes("all_a"), DEFAULT))
                .withMessageContaining("the probe has views all_a but the run scores first_b, rest_b");
    }

    @Test
    void open_adapterOfAnotherShape_isRefused() {
        AdapterLayout other = AdapterLayout.of(List.of(
                new TensorSpec(Adapters.name("lora_A"), List.of(4, 4)),
                new TensorSpec(Adapters.name("lora_B"), List.of(3, 4))));

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> ProbeScreening.open(probes("first_b"), DEFAULT, other, ComputeDevice.CPU))
                .withMessageStartingWith("SFL-201 the probe was made for tensor")
                .withMessageNotContaining("\n");
    }

    @Test
    void run_probeFile_barsTheHostileAndTheIdle(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("probe.bin");
        ProbeFile.write(file, probes("first_b", "rest_b"));
        List<RoundReport> reports = new ArrayList<>();
        LoraAdapter initial = twoLayers(0.01f);
        SafeFedLlmServerApp app = SafeFedLlmServerApp.builder()
                .runDirectory(directory.resolve("run"))
                .initialAdapter(Adapters.peft(initial))
                .probe(probes("all_a"))
                .defaults(Map.of("safe-fedllm.level", "client", "num-server-rounds", 1L))
                .listener(new RoundListener() {
                    @Override
                    public void roundFinished(RoundReport report) {
                        reports.add(report);
                    }
                })
                .build();

        RunOutcome outcome = EmbeddedFederation.builder()
                .runConfig(Map.of("safe-fedllm.probe.path", file.toString()))
                .node(2, Map.of(), (message, context) -> Replies.honest(twoLayers(0.5f), 3))
                .node(3, Map.of(), (message, context) -> Replies.honest(twoLayers(-0.5f), 3))
                .node(4, Map.of(), (message, context) -> Replies.honest(initial, 3))
                .run(app);

        assertThat(outcome.reason()).isEmpty();
        assertThat(reports.get(0).clients())
                .extracting(ClientReport::reason)
                .containsExactly("OK", "HARMFUL", ReplyCode.ZERO_UPDATE.name());
        assertThat(reports.get(0).adapter()).isEqualTo(twoLayers(0.5f));
        JournalReader journal = JournalReader.read(directory.resolve("run/journal.jsonl"));
        assertThat(journal.lines()
                        .get(0)
                        .content()
                        .path("probe")
                        .path("thresholds")
                        .toString())
                .isEqualTo("{\"first_b\":0.8,\"rest_b\":0.8}");
        assertThat(journal.lines().get(1).content().path("views")).hasSize(2);
    }

    private static ProbeScreening open(ProbeSet probes, ProbeSettings settings) {
        return ProbeScreening.open(probes, settings, probes.layout(), ComputeDevice.CPU);
    }

    private static ProbeSettings settings(OptionalDouble threshold, String... views) {
        return new ProbeSettings(Optional.empty(), threshold, List.of(views), Normalisation.L2, 0.01, true, false);
    }

    /** Probes whose weights are all -9: a positive update is benign, a negative one harmful. */
    private static ProbeSet probes(String... views) {
        AdapterLayout layout = twoLayers(0).layout();
        List<ProbeView> all = new ArrayList<>();
        for (String view : views) {
            ViewSelector selector = ViewSelector.named(view);
            FeatureKeys keys = FeatureKeys.of(selector, layout);
            float[] weights = new float[keys.dimension()];
            Arrays.fill(weights, -9f);
            LinearProbe probe = LinearProbe.copyOf(keys, Normalisation.L2, weights, 18f);
            all.add(new ProbeView(view, selector, probe, ProbeView.PAPER_THRESHOLD));
        }
        return ProbeSet.of(layout, all, new ProbeCard("1", 1, "tiny", List.of(), List.of(), List.of()));
    }

    private static LoraAdapter twoLayers(float value) {
        List<TensorSpec> specs = new ArrayList<>();
        for (TensorSpec spec : Adapters.LAYOUT.tensors()) {
            specs.add(spec);
            specs.add(new TensorSpec(spec.name().replace("layers.0", "layers.1"), spec.shape()));
        }
        AdapterLayout layout = AdapterLayout.of(specs);
        float[] values = new float[layout.size()];
        Arrays.fill(values, value);
        return LoraAdapter.wrap(layout, values);
    }

    private static LoraUpdate update(float value) {
        LoraAdapter adapter = twoLayers(value);
        return LoraUpdate.wrap(adapter.layout(), adapter.toArray());
    }
}
