package io.safefedllm.probe.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.Cuda;
import io.safefedllm.probe.Probes;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.feature.ViewSelector;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.LabelledUpdate;
import io.safefedllm.probe.model.ProbeProvenance;
import io.safefedllm.probe.model.ProbeView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs a CUDA device and a CUDA build of torch 2.7.1; says why it does not run elsewhere. */
@Tag("gpu")
class CudaTrainingTest {
    private static final double LOGIT_TOLERANCE = 1e-3;

    @BeforeEach
    void requireCuda() {
        Cuda.require(CudaTrainingTest.class);
    }

    @Test
    void train_sameUpdatesOnBothDevices_givesTheSameVerdicts() {
        List<LabelledUpdate> updates = updates();

        ProbeView cuda = train(updates, ComputeDevice.cuda(0));
        ProbeView cpu = train(updates, ComputeDevice.CPU);

        for (LabelledUpdate update : updates) {
            double ours = cuda.probe().logit(cuda.probe().extractor().extract(update.update()));
            double expected = cpu.probe().logit(cpu.probe().extractor().extract(update.update()));
            assertThat(ours).isCloseTo(expected, within(LOGIT_TOLERANCE));
            assertThat(ours > 0).isEqualTo(expected > 0);
        }
    }

    private static ProbeView train(List<LabelledUpdate> updates, ComputeDevice device) {
        return new ProbeTrainer(ProbeTrainingPlan.DEFAULTS, device)
                .train(updates, List.of(ViewSelector.ALL_B), new ProbeProvenance("test", "tiny", List.of()))
                .views()
                .get(0);
    }

    private static List<LabelledUpdate> updates() {
        List<LabelledUpdate> updates = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            float[] values = Probes.update(Probes.LAYOUT, i).toArray();
            for (int j = 0; j < values.length; j++) {
                values[j] = values[j] * 0.5f + (i >= 40 ? 1 : -1);
            }
            String source = List.of("chat", "code", "abuse", "weapons").get(i / 20);
            updates.add(new LabelledUpdate(LoraUpdate.wrap(Probes.LAYOUT, values), i >= 40, source));
        }
        return updates;
    }
}
