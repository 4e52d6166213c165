package io.safefedllm.probe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.cuda.CudaUtils;
import io.safefedllm.probe.Probes;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.lora.TensorSpec;
import io.safefedllm.probe.model.ProbeSet;
import io.safefedllm.probe.model.ProbeView;
import io.safefedllm.probe.model.SeedInvariantProbe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeEngineTest {
    private static final ProbeSet PROBES = Probes.twoViews();

    @Test
    void score_oneUpdate_givesEveryViewInOrder() {
        LoraUpdate update = Probes.update(Probes.LAYOUT, 3);
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            List<ViewScore> scores = engine.score(update);

            assertThat(engine.device()).isEqualTo("cpu");
            assertThat(scores).extracting(ViewScore::view).containsExactly("first_b", "rest_b");
            for (int i = 0; i < scores.size(); i++) {
                ProbeView view = PROBES.views().get(i);
                double z = view.probe().logit(view.probe().extractor().extract(update));
                assertThat(scores.get(i).z()).isEqualTo(z);
                assertThat(scores.get(i).threshold()).isEqualTo(view.threshold());
                assertThat(scores.get(i).harmful())
                        .isEqualTo(scores.get(i).score().value() >= view.threshold());
            }
        }
    }

    @Test
    void score_batch_isTheSameAsOneByOne() {
        List<LoraUpdate> updates = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            updates.add(Probes.update(Probes.LAYOUT, seed));
        }
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            assertThat(engine.score(updates))
                    .isEqualTo(updates.stream().map(engine::score).toList());
            assertThat(engine.score(List.of())).isEmpty();
        }
    }

    @Test
    void score_tie_countsAsHarmful() {
        LoraUpdate update = Probes.update(Probes.LAYOUT, 3);
        ProbeSet first = PROBES.select(List.of("first_b"));
        try (ProbeEngine engine = ProbeEngine.open(first, ComputeDevice.CPU)) {
            double score = engine.score(update).get(0).score().value();
            ProbeSet atScore = first.with(List.of(first.views().get(0).withThreshold(score)), first.card());
            ProbeSet above = first.with(List.of(first.views().get(0).withThreshold(Math.nextUp(score))), first.card());

            assertThat(isHarmful(atScore, update)).isTrue();
            assertThat(isHarmful(above, update)).isFalse();
        }
    }

    @Test
    void score_updateOfAnotherLayout_isRefused() {
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            assertThatThrownBy(() -> engine.score(Probes.update(Probes.layout(2, 4), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the update does not fit view first_b");
        }
    }

    @Test
    void scorePaperFaithful_oneNaN_givesSigmaOfTheBias() {
        float[] values = Probes.update(Probes.LAYOUT, 3).toArray();
        values[Probes.LAYOUT.offset("layers.0.q_proj.lora_B.weight")] = Float.NaN;
        LoraUpdate update = LoraUpdate.wrap(Probes.LAYOUT, values);
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            assertThat(engine.scorePaperFaithful(update).get(0).z()).isEqualTo(0.25);
            assertThatThrownBy(() -> engine.score(update)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void open_cudaDeviceThatIsNotThere_isAnErrorAndNoFallback() {
        int devices = CudaUtils.getGpuCount();

        assertThatThrownBy(() -> ProbeEngine.open(PROBES, ComputeDevice.cuda(devices)))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageStartingWith("cuda:" + devices + " was asked for but this machine shows " + devices
                        + " CUDA devices; install an NVIDIA driver")
                .hasMessageEndingWith("or ask for cpu");
    }

    @Test
    void open_auto_saysWhichDeviceItTook() {
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.AUTO)) {
            assertThat(engine.device()).matches("cpu|cuda:0");
        }
    }

    @Test
    void score_recordOfTheEvidenceTensors_isThatOfTheWholeUpdate() {
        LoraUpdate update = Probes.update(Probes.LAYOUT, 5);
        AdapterLayout read = PROBES.evidenceLayout();
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            assertThat(read.tensors())
                    .extracting(TensorSpec::name)
                    .containsExactly("layers.0.q_proj.lora_B.weight", "layers.1.q_proj.lora_B.weight");
            assertThat(engine.score(update.restrictedTo(read))).isEqualTo(engine.score(update));
        }
    }

    @Test
    void secondOpinions_twoLayers_giveTheLargerOneAndTheSeedInvariantOne() {
        ProbeSet probes = Probes.withOpinions();
        LoraUpdate update = Probes.update(probes.layout(), 6);
        double largest = probes.opinions().layers().stream()
                .mapToDouble(
                        layer -> layer.probe().logit(layer.probe().extractor().extract(update)))
                .max()
                .orElseThrow();
        SeedInvariantProbe invariant = probes.opinions().seedInvariant().orElseThrow();
        try (ProbeEngine engine = ProbeEngine.open(probes, ComputeDevice.CPU)) {
            List<ViewScore> opinions = engine.secondOpinions(update);

            assertThat(opinions).hasSize(2);
            assertThat(opinions.get(0).view()).matches("layer_b:[01]");
            assertThat(opinions.get(0).z()).isEqualTo(largest);
            assertThat(opinions.get(1).view()).isEqualTo("gram_v");
            assertThat(opinions.get(1).z()).isEqualTo(invariant.logit(update));
            assertThat(opinions.get(1).threshold()).isEqualTo(0.6);
        }
    }

    @Test
    void secondOpinions_ofASetWithoutAny_areNone() {
        try (ProbeEngine engine = ProbeEngine.open(PROBES, ComputeDevice.CPU)) {
            assertThat(engine.secondOpinions(Probes.update(Probes.LAYOUT, 1))).isEmpty();
        }
    }

    private static boolean isHarmful(ProbeSet probes, LoraUpdate update) {
        try (ProbeEngine engine = ProbeEngine.open(probes, ComputeDevice.CPU)) {
            return engine.score(update).get(0).harmful();
        }
    }
}
