package io.safefedllm.probe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.probe.Cuda;
import io.safefedllm.probe.Probes;
import io.safefedllm.probe.lora.LoraUpdate;
import io.safefedllm.probe.model.ProbeSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs a CUDA device and a CUDA build of torch 2.7.1; says why it does not run elsewhere. */
@Tag("gpu")
class CudaProbeTest {
    private static final double RELATIVE_TOLERANCE = 1e-12;

    @BeforeEach
    void requireCuda() {
        Cuda.require(CudaProbeTest.class);
    }

    @Test
    void score_hundredUpdates_givesTheVerdictsOfTheCpu() {
        ProbeSet probes = Probes.twoViews();
        List<LoraUpdate> updates = new ArrayList<>();
        for (int seed = 0; seed < 100; seed++) {
            updates.add(Probes.update(Probes.LAYOUT, seed));
        }
        try (ProbeEngine cuda = ProbeEngine.open(probes, ComputeDevice.AUTO);
                ProbeEngine cpu = ProbeEngine.open(probes, ComputeDevice.CPU)) {
            assertThat(cuda.device()).isEqualTo("cuda:0");
            List<List<ViewScore>> ours = cuda.score(updates);
            List<List<ViewScore>> expected = cpu.score(updates);
            for (int i = 0; i < updates.size(); i++) {
                for (int view = 0; view < expected.get(i).size(); view++) {
                    double z = expected.get(i).get(view).z();
                    assertThat(ours.get(i).get(view).z()).isCloseTo(z, within(RELATIVE_TOLERANCE * Math.abs(z)));
                    assertThat(ours.get(i).get(view).harmful())
                            .isEqualTo(expected.get(i).get(view).harmful());
                }
            }
        }
    }
}
