package io.safefedllm.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import io.safefedllm.client.golden.SmolLm2;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.lora.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** SmolLM2-135M-Instruct, fetched from the package index once and imported by our own code. */
@GoldenReader(
        files = "smollm2/.*",
        // Of another way to tokenise, and the formula of start() in words.
        notes = "/strings/\\d+/same_in_transformers|/lora/start")
class SmolLm2Test extends RealModelContract {
    private static final double LOSS_TOLERANCE = 1e-4;
    private static final double GRADIENT_TOLERANCE = 5e-6;
    private static final double RELATIVE_NORM_TOLERANCE = 1e-3;

    private Path directory;

    SmolLm2Test() {
        super("smollm2/smollm2-135m-instruct.json");
    }

    @BeforeAll
    void requireModel() throws IOException, InterruptedException {
        assumeTrue(Golden.isThere(goldenFile()), "the expectations are missing");
        Optional<Path> there = SmolLm2.directory();
        assumeTrue(there.isPresent(), "SmolLM2 cannot be fetched");
        directory = there.get();
    }

    @Override
    Path directory() {
        return directory;
    }

    @Test
    void import_ofTheWheel_readsTheFileThatTheExpectationsAreFrom() {
        JsonNode file = Golden.json(Golden.shared().resolve("gguf/gguf.json")).at("/files/llama");

        assertThat(file.get("tensors")).hasSize(272);
        assertThat(model().config().dimensions().layers()).isEqualTo(30);
        assertThat(model().config().tiedEmbeddings()).isTrue();
        assertThat(Golden.json(directory.resolve("origin.json")).get("licence").textValue())
                .isEqualTo("Apache-2.0");
    }

    @Test
    void gradient_ofAnAdapter_isThatOfPeft() {
        JsonNode golden = golden("lora");
        List<String> targets = new ArrayList<>();
        golden.get("targets").forEach(target -> targets.add(target.textValue()));
        LoraConfig lora =
                new LoraConfig(golden.get("r").intValue(), golden.get("alpha").doubleValue(), 0, targets, "smollm2");
        AdapterLayout layout = LoraTargets.of(model().config(), lora).layout();
        int[] ids = Golden.ints(golden.get("input_ids"));
        int[] ones = new int[ids.length];
        Arrays.fill(ones, 1);
        Batch batch = Batch.of(new int[][] {ids}, new int[][] {ones}, new int[][] {Golden.ints(golden.get("labels"))});
        float[] gradient = new float[layout.size()];
        try (Objective objective = model().objective(lora)) {
            double loss = objective.lossAndGradient(start(layout), batch, gradient);

            assertThat(loss).isCloseTo(golden.get("loss").doubleValue(), within(LOSS_TOLERANCE));
        }
        JsonNode norms = golden.get("grad_norm_per_tensor");
        assertThat(layout.tensors()).hasSize(norms.size());
        for (TensorSpec tensor : layout.tensors()) {
            double expected = norms.get(tensor.name()).doubleValue();

            assertThat(Golden.norm(gradient, layout.offset(tensor.name()), tensor.size()))
                    .as(tensor.name())
                    .isCloseTo(expected, within(RELATIVE_NORM_TOLERANCE * expected));
        }
        double whole = golden.get("grad_norm").doubleValue();
        assertThat(Golden.norm(gradient, 0, gradient.length)).isCloseTo(whole, within(RELATIVE_NORM_TOLERANCE * whole));
        assertFirstValues(gradient, layout, golden.get("first_values"));
    }

    private static void assertFirstValues(float[] gradient, AdapterLayout layout, JsonNode firstValues) {
        for (Iterator<String> names = firstValues.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode expected = firstValues.get(name);
            for (int i = 0; i < expected.size(); i++) {
                assertThat((double) gradient[layout.offset(name) + i])
                        .as("%s[%s]", name, i)
                        .isCloseTo(expected.get(i).doubleValue(), within(GRADIENT_TOLERANCE));
            }
        }
    }

    /** A start that needs no random generator. */
    private static float[] start(AdapterLayout layout) {
        float[] values = new float[layout.size()];
        for (TensorSpec tensor : layout.tensors()) {
            double scale = tensor.name().contains("lora_A") ? 0.04 : 0.01;
            int columns = tensor.shape().get(1);
            for (int i = 0; i < tensor.shape().get(0); i++) {
                for (int j = 0; j < columns; j++) {
                    double value = scale * Math.sin(0.37 * i + 0.11 * j + 0.05);
                    values[layout.offset(tensor.name()) + i * columns + j] = (float) value;
                }
            }
        }
        return values;
    }
}
