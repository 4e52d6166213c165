package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.probe.Probes;
import io.safefedllm.probe.calibrate.CalibrationMode;
import io.safefedllm.probe.calibrate.ProbeCalibrator;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.ProbeEngine;
import io.safefedllm.probe.engine.ViewScore;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.ViewCard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpinionTrainerTest {
    private static final AdapterLayout LAYOUT = Probes.layoutWithValues();
    private static final ProbeProvenance PROVENANCE = new ProbeProvenance("test", "tiny", List.of());

    private final List<LabelledUpdate> updates = updates();
    private final ProbeSet views = new ProbeTrainer(ProbeTrainingPlan.DEFAULTS, ComputeDevice.CPU)
            .train(updates, List.of(ViewSelector.ALL_B), PROVENANCE);

    @Test
    void train_twoLayers_givesOneProbeEachAndTheSeedInvariantOne() {
        ProbeSet probes = trained();

        assertThat(probes.views()).isEqualTo(views.views());
        assertThat(probes.opinions().layers()).extracting(ProbeView::name).containsExactly("layer_b:0", "layer_b:1");
        assertThat(probes.opinions().seedInvariant()).isPresent();
        assertThat(probes.card().views()).extracting(ViewCard::view).containsExactly("all_b", "layer_b", "gram_v");
        assertThat(trained().opinions()).isEqualTo(probes.opinions());
    }

    @Test
    void train_harmInOneLayerOnly_isSeenByThatLayer() {
        ProbeSet probes = calibrated(trained());
        try (ProbeEngine engine = ProbeEngine.open(probes, ComputeDevice.CPU)) {
            for (int seed = 1000; seed < 1010; seed++) {
                LoraUpdate mixed = oneLayerHarmful(seed);

                List<ViewScore> opinions = engine.secondOpinions(mixed);

                assertThat(opinions).extracting(ViewScore::view).containsExactly("layer_b:1", "gram_v");
                assertThat(opinions.get(0).harmful()).isTrue();
            }
        }
    }

    @Test
    void calibrate_opinions_shareOneThresholdPerKindAndKeepTheBudget() {
        ProbeSet probes = calibrated(trained());

        double threshold = probes.opinions().layers().get(0).threshold();
        assertThat(probes.opinions().layers().get(1).threshold()).isEqualTo(threshold);
        assertThat(threshold).isNotEqualTo(ProbeView.PAPER_THRESHOLD);
        assertThat(probes.card().views()).extracting(ViewCard::view).containsExactly("all_b", "layer_b", "gram_v");
        assertThat(probes.card().views()).allSatisfy(card -> {
            assertThat(card.calibration()).isNotNull();
            assertThat(card.heldOut().falseAlarmRate()).isLessThanOrEqualTo(0.1);
        });
    }

    private ProbeSet trained() {
        return new OpinionTrainer(ProbeTrainingPlan.DEFAULTS, ComputeDevice.CPU).train(updates, views);
    }

    private ProbeSet calibrated(ProbeSet probes) {
        try (ProbeEngine engine = ProbeEngine.open(probes, ComputeDevice.CPU)) {
            return new ProbeCalibrator(CalibrationMode.MAX_SOURCE, 0.1).calibrate(probes, engine, updates);
        }
    }

    private static LoraUpdate oneLayerHarmful(long seed) {
        float[] values = values(seed, false);
        float[] harmful = values(seed, true);
        LAYOUT.tensors().stream()
                .filter(tensor -> tensor.name().startsWith("layers.1."))
                .forEach(tensor -> System.arraycopy(
                        harmful, LAYOUT.offset(tensor.name()), values, LAYOUT.offset(tensor.name()), tensor.size()));
        return LoraUpdate.wrap(LAYOUT, values);
    }

    private static List<LabelledUpdate> updates() {
        List<LabelledUpdate> updates = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            String source = List.of("chat", "code", "abuse", "weapons").get(i / 20);
            updates.add(new LabelledUpdate(LoraUpdate.wrap(LAYOUT, values(i, i >= 40)), i >= 40, source));
        }
        return updates;
    }

    private static float[] values(long seed, boolean harmful) {
        float[] values = Probes.update(LAYOUT, seed).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * 0.5f + (harmful ? 1 : -1);
        }
        return values;
    }
}
