package io.safefedllm.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.probe.engine.ComputeDevice;
import io.safefedllm.probe.engine.DeviceUnavailableException;
import io.safefedllm.probe.lora.LoraConfig;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs a CUDA device and a CUDA build of torch 2.7.1; says why it does not run elsewhere. */
@Tag("gpu")
class CudaTrainerTest {
    private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of("all-linear"), "llama-a");
    private static final TrainingPlan PLAN = TrainingPlan.of(5, 1, 1e-3, 3);
    private static final double LOSS_TOLERANCE = 1e-3;

    @BeforeAll
    static void requireCuda() {
        String reason = "";
        try {
            EngineDevice.resolve(ComputeDevice.cuda(0));
        } catch (DeviceUnavailableException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (!reason.isEmpty()) {
            System.out.println("CudaTrainerTest does not run: " + reason);
        }
        Assumptions.assumeTrue(reason.isEmpty(), reason);
    }

    @Test
    void train_onCuda_followsTheCpu() {
        TrainingResult cuda = train(EngineDevice.gpu(0));
        TrainingResult cpu = train(EngineDevice.CPU);

        for (int step = 0; step < PLAN.steps(); step++) {
            assertThat(cuda.losses().get(step)).isCloseTo(cpu.losses().get(step), within(LOSS_TOLERANCE));
        }
    }

    private static TrainingResult train(EngineDevice device) {
        ModelDirectory directory = ModelDirectory.open(Golden.model("llama-a"));
        Batch batch = Golden.batch(Golden.caseOf("llama-a").resolve("forward.safetensors"), 0);
        try (CausalLm model = CausalLm.load(directory, device);
                TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile())) {
            assertThat(model.device()).isEqualTo(device);
            LoraTrainer trainer = new LoraTrainer(model, tokenizer, LORA);
            return trainer.train(trainer.initial(1), () -> batch, PLAN, StepListener.NONE);
        }
    }
}
