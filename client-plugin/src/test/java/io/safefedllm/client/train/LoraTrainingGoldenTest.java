package io.safefedllm.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.data.BatchSource;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.LoraTargets;
import io.safefedllm.client.model.Objective;
import io.safefedllm.probe.lora.AdapterLayout;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.lora.LoraConfig;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten optimiser steps against PyTorch, transformers and PEFT: losses, norms, rates, parameters, and the loss after them. */
@GoldenReader(
        files = {"cases/[^/]+/train_batches\\.safetensors", "cases/[^/]+/[^/]+/train-[^/]+\\.(json|safetensors)"},
        whole = "cases/[^/]+/[^/]+/adapter-(?!warm)[^/]+/.*",
        // How far float32 itself is from float64 there.
        notes = "/fp32_vs_fp64_.*")
class LoraTrainingGoldenTest {
    private static final double LOSS_TOLERANCE = 1e-4;
    private static final double NORM_TOLERANCE = 1e-3;
    private static final double FIRST_STEP_TOLERANCE = 1e-5;
    private static final double LATE_STEP_TOLERANCE = 1e-4;
    private static final double SMALL_RATE_TOLERANCE = 2e-6;
    private static final double TIGHT_SHARE = 0.999;

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#runs")
    void train_goldenRun_followsPytorch(String name, String set, String runName) {
        Path directory = Golden.caseOf(name).resolve(set);
        JsonNode golden = Golden.json(directory.resolve("train-" + runName + ".json"));
        assertThat(golden.at("/run/name").textValue()).isEqualTo(runName);
        assertThat(golden.at("/run/save_adapter").booleanValue())
                .isEqualTo(Files.isDirectory(directory.resolve("adapter-" + runName)));
        LoraConfig lora = Golden.lora(name, set);
        List<StepReport> reports = new ArrayList<>();
        Map<Integer, float[]> snapshots = new TreeMap<>();

        try (CausalLm model = Golden.load(name);
                Objective objective = model.objective(lora)) {
            AdapterLayout layout = LoraTargets.of(model.config(), lora).layout();
            float[] parameters = Golden.adapter(directory.resolve("grads.safetensors"), "init.param.", layout)
                    .toArray();
            new TrainingLoop(objective, plan(golden.get("run")), LocalCorrection.NONE)
                    .run(parameters, batches(name), report -> {
                        reports.add(report);
                        snapshots.put(report.step(), parameters.clone());
                    });

            assertReports(reports, golden.get("log"));
            Path expected = directory.resolve("train-" + runName + ".safetensors");
            for (JsonNode step : golden.get("run").get("snapshots")) {
                LoraAdapter adapter = Golden.adapter(expected, "step" + step.intValue() + ".", layout);
                assertParameters(
                        runName,
                        step.intValue(),
                        Objects.requireNonNull(snapshots.get(step.intValue())),
                        adapter.toArray());
            }
            PeftAdapter last = new PeftAdapter(lora, LoraAdapter.wrap(layout, parameters));
            assertThat(model.loss(Optional.of(last), batches(name).next()))
                    .isCloseTo(golden.get("final_eval_loss_batch0").doubleValue(), within(LOSS_TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#sets")
    void initialAdapter_ofSeed_isPeftsBitForBit(String name, String set) {
        LoraConfig lora = Golden.lora(name, set);
        Path directory = Golden.caseOf(name).resolve(set);
        int loraSeed =
                Golden.json(directory.resolve("order.json")).at("/lora/seed").intValue();

        try (CausalLm model = Golden.load(name)) {
            LoraAdapter adapter = InitialAdapter.of(model.config(), lora, modelSeed(name) + loraSeed);

            assertThat(adapter)
                    .isEqualTo(Golden.adapter(directory.resolve("grads.safetensors"), "init.param.", adapter.layout()));
        }
    }

    @ParameterizedTest
    @MethodSource("io.safefedllm.client.golden.Golden#trainedAdapters")
    void train_fromPeftStart_endsAtTheAdapterThatPeftSaved(String name, String set, String run) throws IOException {
        LoraConfig lora = Golden.lora(name, set);
        Path directory = Golden.caseOf(name).resolve(set);

        try (CausalLm model = Golden.load(name)) {
            AdapterLayout layout = LoraTargets.of(model.config(), lora).layout();
            LoraAdapter start = Golden.adapter(directory.resolve("grads.safetensors"), "init.param.", layout);
            TrainingPlan plan = plan(
                    Golden.json(directory.resolve("train-" + run + ".json")).get("run"));
            float[] values = start.toArray();
            try (Objective objective = model.objective(lora)) {
                new TrainingLoop(objective, plan, LocalCorrection.NONE).run(values, batches(name), report -> {});
            }

            LoraAdapter saved = PeftDirectory.read(directory.resolve("adapter-" + run))
                    .adapter()
                    .arrangedAs(layout);
            assertThat(Golden.largestDifference(values, saved.toArray())).isLessThan(LATE_STEP_TOLERANCE);
        }
    }

    private static long modelSeed(String name) {
        return switch (name) {
            case "llama-a" -> 1100;
            case "llama-b" -> 1200;
            case "llama-c" -> 1300;
            case "qwen2-a" -> 2100;
            case "qwen2-b" -> 2200;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static BatchSource batches(String name) {
        Path file = Golden.caseOf(name).resolve("train_batches.safetensors");
        int count = Golden.batchCount(file);
        int[] next = {0};
        return () -> Golden.batch(file, next[0]++ % count);
    }

    private static TrainingPlan plan(JsonNode run) {
        String schedule = run.get("schedule").textValue().toUpperCase(Locale.ROOT);
        TrainingPlan plan = TrainingPlan.of(
                        run.get("steps").intValue(), 1, run.get("lr").doubleValue(), 7)
                .withAccumulation(run.path("accum").asInt(1))
                .withSchedule(new Schedule(
                        Schedule.Shape.valueOf(schedule), run.path("warmup").asInt(0)))
                .withOptimizer(AdamWSettings.DEFAULTS.withWeightDecay(
                        run.get("weight_decay").doubleValue()));
        return run.has("clip") ? plan.withMaxGradNorm(run.get("clip").doubleValue()) : plan;
    }

    private static void assertReports(List<StepReport> reports, JsonNode log) {
        assertThat(reports).hasSize(log.size());
        for (int i = 0; i < log.size(); i++) {
            JsonNode losses = log.get(i).get("micro_losses");
            double mean = 0;
            for (JsonNode loss : losses) {
                mean += loss.doubleValue() / losses.size();
            }
            assertThat(reports.get(i).step()).isEqualTo(log.get(i).get("step").intValue());
            assertThat(reports.get(i).loss()).isCloseTo(mean, within(LOSS_TOLERANCE));
            assertThat(reports.get(i).learningRate())
                    .isCloseTo(log.get(i).get("lr").doubleValue(), within(1e-12));
            assertThat(reports.get(i).gradientNorm())
                    .isCloseTo(log.get(i).get("grad_norm_before_clip").doubleValue(), within(NORM_TOLERANCE));
        }
    }

    private static void assertParameters(String run, int step, float[] actual, float[] expected) {
        double largest = Golden.largestDifference(actual, expected);
        if (run.equals("small")) {
            assertThat(largest).isLessThan(SMALL_RATE_TOLERANCE);
            return;
        }
        assertThat(largest).isLessThan(step == 1 ? FIRST_STEP_TOLERANCE : LATE_STEP_TOLERANCE);
        long tight = java.util.stream.IntStream.range(0, actual.length)
                .filter(i -> Math.abs(actual[i] - expected[i]) < FIRST_STEP_TOLERANCE)
                .count();
        assertThat((double) tight / actual.length).isGreaterThanOrEqualTo(TIGHT_SHARE);
    }
}
