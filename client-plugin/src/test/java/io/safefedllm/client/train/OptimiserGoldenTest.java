package io.safefedllm.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.safefedllm.client.golden.Golden;
import io.safefedllm.client.golden.GoldenReader;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AdamW, clipping and schedules against PyTorch and transformers, without an engine. */
@GoldenReader(files = "text/(adamw\\.(json|safetensors)|schedules\\.json)", notes = "/over_rounds/formula")
class OptimiserGoldenTest {
    private static final int STEPS = 12;
    private static final int TENSORS = 3;
    private static final double RELATIVE_TOLERANCE = 1e-6;
    private static final Path ADAMW = Golden.root().resolve("text/adamw.safetensors");

    @ParameterizedTest
    @ValueSource(strings = {"default", "plain", "odd", "clipped"})
    void adamW_awkwardGradients_followsPytorch(String name) {
        JsonNode run = Golden.json(Golden.root().resolve("text/adamw.json")).get(name);
        AdamWSettings settings = new AdamWSettings(
                run.get("betas").get(0).doubleValue(),
                run.get("betas").get(1).doubleValue(),
                run.get("eps").doubleValue(),
                run.get("weight_decay").doubleValue());
        float[] parameters = joined("p0");
        AdamW optimizer = new AdamW(settings, parameters.length);
        assertThat(run.get("total_norms")).hasSize(run.has("clip") ? STEPS : 0);

        for (int step = 1; step <= STEPS; step++) {
            float[] gradient = joined("g" + step);
            double norm = GradientNorm.of(gradient);
            if (run.has("clip")) {
                assertThat(norm).isCloseTo(run.get("total_norms").get(step - 1).doubleValue(), within(norm * 1e-5));
                GradientNorm.clip(gradient, norm, run.get("clip").doubleValue());
            }
            optimizer.step(parameters, gradient, run.get("lr").doubleValue());
            if (Golden.contains(ADAMW, name + ".step" + step + ".p.0")) {
                assertClose(parameters, joined(name + ".step" + step + ".p"));
                assertClose(optimizer.firstMoments(), joined(name + ".step" + step + ".m"));
                assertClose(optimizer.secondMoments(), joined(name + ".step" + step + ".v"));
            }
        }
    }

    private static float[] joined(String prefix) {
        float[] all = {};
        for (int i = 0; i < TENSORS; i++) {
            float[] part = Golden.floats(ADAMW, prefix + "." + i);
            int from = all.length;
            all = java.util.Arrays.copyOf(all, from + part.length);
            System.arraycopy(part, 0, all, from, part.length);
        }
        return all;
    }

    private static void assertClose(float[] actual, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .isCloseTo(expected[i], within(RELATIVE_TOLERANCE * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void schedule_everyKind_givesTransformersRates() {
        JsonNode golden = Golden.json(Golden.root().resolve("text/schedules.json"));
        for (JsonNode course : golden.get("within_round")) {
            Schedule schedule = new Schedule(
                    Schedule.Shape.valueOf(course.get("kind").textValue().toUpperCase(Locale.ROOT)),
                    course.get("warmup").intValue());
            JsonNode rates = course.get("lr_used_at_step");
            for (int i = 0; i < rates.size(); i++) {
                double rate = course.get("base_lr").doubleValue()
                        * schedule.factor(i, course.get("total").intValue());
                assertThat(rate).isCloseTo(rates.get(i).doubleValue(), within(1e-12));
            }
        }
    }

    /** As transformers' get_scheduler does with three steps of warm-up. */
    @Test
    void schedule_constantWithWarmupSteps_doesNotWarmUp() {
        Schedule schedule = new Schedule(Schedule.Shape.CONSTANT, 3);

        for (int i = 0; i < 6; i++) {
            assertThat(schedule.factor(i, 6)).isEqualTo(1);
        }
    }

    @Test
    void roundRate_overRounds_givesTheAuthorsCourse() {
        JsonNode golden =
                Golden.json(Golden.root().resolve("text/schedules.json")).get("over_rounds");
        RoundRate rate = new RoundRate(
                golden.get("base").doubleValue(), golden.get("min").doubleValue());
        int total = golden.get("total").intValue();

        for (int round = 1; round <= total; round++) {
            assertThat(rate.at(round, total))
                    .isCloseTo(golden.get("lr").get(round - 1).doubleValue(), within(1e-15));
        }
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatThrownBy(() -> new AdamWSettings(1, 0.9, 1e-8, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AdamWSettings(0.9, 0.9, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AdamWSettings.DEFAULTS.withWeightDecay(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule(Schedule.Shape.LINEAR, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RoundRate(1e-6, 5e-5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RoundRate(1, 0).at(0, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrainingPlan.of(0, 1, 1e-3, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrainingPlan.of(1, 1, Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AdamW(AdamWSettings.DEFAULTS, 2).step(new float[1], new float[2], 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
