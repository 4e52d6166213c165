package io.safefedllm.client.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.safefedllm.client.train.RoundRate;
import io.safefedllm.client.train.Schedule;
import io.safefedllm.flower.app.EmbeddedFederation;
import io.safefedllm.flower.message.Message;
import io.safefedllm.flower.record.RecordDict;
import io.safefedllm.probe.lora.LoraConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What a run decides about the training of its nodes. */
class RunSettingsTest {
    private static final RunShape SHAPE =
            new RunShape(new LoraConfig(8, 16, 0.05, List.of("q_proj", "v_proj"), "base"), 512);

    @Test
    void recipe_flowerTunesOwnSettings_areFollowed() {
        ClientRecipe recipe = ClientRecipe.DEFAULTS.in(Map.ofEntries(
                Map.entry("train.learning-rate-max", 5e-5),
                Map.entry("train.learning-rate-min", 1e-6),
                Map.entry("train.training-arguments.output-dir", ""),
                Map.entry("train.training-arguments.learning-rate", ""),
                Map.entry("train.training-arguments.per-device-train-batch-size", 4L),
                Map.entry("train.training-arguments.gradient-accumulation-steps", 2L),
                Map.entry("train.training-arguments.logging-steps", 10L),
                Map.entry("train.training-arguments.num-train-epochs", 3L),
                Map.entry("train.training-arguments.max-steps", 6L),
                Map.entry("train.training-arguments.max-grad-norm", 0.3),
                Map.entry("train.training-arguments.weight-decay", 0.01),
                Map.entry("train.training-arguments.warmup-steps", 2L),
                Map.entry("train.training-arguments.lr-scheduler-type", "linear")));

        assertThat(recipe.rate()).isEqualTo(new RoundRate(5e-5, 1e-6));
        assertThat(recipe.steps()).isEqualTo(6);
        assertThat(recipe.batchSize()).isEqualTo(4);
        assertThat(recipe.accumulation()).isEqualTo(2);
        assertThat(recipe.step().maxGradNorm()).hasValue(0.3);
        assertThat(recipe.step().weightDecay()).isEqualTo(0.01);
        assertThat(recipe.step().schedule()).isEqualTo(new Schedule(Schedule.Shape.LINEAR, 2));
    }

    @ParameterizedTest
    @CsvSource({"constant, CONSTANT, 1", "constant_with_warmup, CONSTANT_WITH_WARMUP, 0", "cosine, COSINE, 0"})
    void recipe_schedulerType_isTransformersOfThatName(String type, Schedule.Shape shape, double first) {
        Schedule schedule = ClientRecipe.DEFAULTS
                .in(Map.of(
                        "train.training-arguments.lr-scheduler-type",
                        type,
                        "train.training-arguments.warmup-steps",
                        3L))
                .step()
                .schedule();

        assertThat(schedule).isEqualTo(new Schedule(shape, 3));
        assertThat(schedule.factor(0, 10)).isEqualTo(first);
    }

    @Test
    void recipe_ours_countWhereFlowerTuneSaysNothing() {
        ClientRecipe recipe = ClientRecipe.DEFAULTS.in(Map.of(
                "safe-fedllm.local.steps", 3L,
                "safe-fedllm.local.batch-size", 2L,
                "train.training-arguments.per-device-train-batch-size", 5L,
                "safe-fedllm.local.accumulation", 4L,
                "safe-fedllm.local.learning-rate", 1e-3));

        assertThat(recipe.steps()).isEqualTo(3);
        assertThat(recipe.batchSize()).isEqualTo(5);
        assertThat(recipe.accumulation()).isEqualTo(4);
        assertThat(recipe.rate()).isEqualTo(new RoundRate(1e-3, 1e-3));
    }

    @Test
    void recipe_flowerTunesUnlimitedSteps_sayNothing() {
        assertThat(ClientRecipe.DEFAULTS
                        .in(Map.of("train.training-arguments.max-steps", -1L))
                        .steps())
                .isEqualTo(ClientRecipe.DEFAULTS.steps());
        assertThat(ClientRecipe.DEFAULTS
                        .in(Map.of("train.training-arguments.max-steps", 0L, "safe-fedllm.local.steps", 3L))
                        .steps())
                .isEqualTo(3);
    }

    @Test
    void recipe_runSaysNothing_staysTheNodes() {
        assertThat(ClientRecipe.DEFAULTS.in(Map.of("num-server-rounds", 3L))).isEqualTo(ClientRecipe.DEFAULTS);
        assertThat(ClientRecipe.DEFAULTS
                        .in(Map.of("train.training-arguments.max-grad-norm", 0L))
                        .step())
                .isEqualTo(StepSettings.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "train.training-arguments.max-steps, all",
        "train.training-arguments.per-device-train-batch-size, many",
        "train.learning-rate-max, 0",
        "train.learning-rate-min, -0.1",
        "train.training-arguments.lr-scheduler-type, polynomial",
        "safe-fedllm.local.steps, 0",
    })
    void recipe_uselessValue_isRefusedByName(String key, String text) {
        Object value = text.matches("-?[0-9]+") ? Long.valueOf(text) : text.startsWith("-0.") ? -0.1 : text;

        assertThatThrownBy(() -> ClientRecipe.DEFAULTS.in(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("'" + value + "'");
    }

    @Test
    void recipe_minimumAboveMaximum_isRefused() {
        assertThatThrownBy(() -> ClientRecipe.DEFAULTS.in(Map.of("train.learning-rate-min", 1.0)))
                .hasMessageContaining("0 <= min <= max");
    }

    @Test
    void shape_flowerTunesOwnSettings_areFollowed() {
        RunShape shape = SHAPE.in(
                Map.of("model.lora.peft-lora-r", 32L, "model.lora.peft-lora-alpha", 64L, "train.seq-length", 128L));

        assertThat(shape.lora()).isEqualTo(new LoraConfig(32, 64, 0.05, List.of("q_proj", "v_proj"), "base"));
        assertThat(shape.maxLength()).isEqualTo(128);
        assertThat(SHAPE.in(Map.of("safe-fedllm.local.lora-r", 4L, "safe-fedllm.local.lora-dropout", 0.0))
                        .lora())
                .isEqualTo(new LoraConfig(4, 16, 0, List.of("q_proj", "v_proj"), "base"));
        assertThat(SHAPE.in(Map.of())).isEqualTo(SHAPE);
        assertThatThrownBy(() -> SHAPE.in(Map.of("train.seq-length", 1L))).hasMessageContaining("train.seq-length");
    }

    @Test
    void shape_peftsOptionsThatAreFollowed_areFollowed() {
        assertThat(SHAPE.in(Map.of(
                                "model.lora.peft-lora-dropout", 0.1,
                                "safe-fedllm.local.lora-dropout", 0.2,
                                "model.lora.peft-target-modules", "q_proj, o_proj"))
                        .lora())
                .isEqualTo(new LoraConfig(8, 16, 0.1, List.of("q_proj", "o_proj"), "base"));
        assertThat(SHAPE.in(Map.of("model.lora.peft-target-modules", "all-linear"))
                        .lora()
                        .targetModules())
                .hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({
        "model.lora.peft-use-dora, true",
        "model.lora.peft-use-rslora, true",
        "model.lora.peft-bias, all",
        "model.lora.peft-modules-to-save, lm_head",
        "model.lora.peft-init-lora-weights, gaussian",
        "model.lora.peft-init-lora-weights, false",
        "model.lora.peft-inference-mode, true",
        "model.lora.peft-target-modules, .*_proj",
        "model.lora.rank, 8",
    })
    void shape_peftOptionThatIsNotFollowed_isRefusedByName(String key, String text) {
        Object value = List.of("true", "false").contains(text) ? (Object) Boolean.valueOf(text) : text;

        assertThatThrownBy(() -> SHAPE.in(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("'" + value + "'");
    }

    @Test
    void shape_peftOptionsThatChangeNothing_areLeftAlone() {
        assertThat(SHAPE.in(Map.of(
                        "model.lora.peft-use-dora", false,
                        "model.lora.peft-bias", "none",
                        "model.lora.peft-task-type", "CAUSAL_LM",
                        "model.lora.peft-init-lora-weights", true,
                        "model.lora.peft-modules-to-save", "")))
                .isEqualTo(SHAPE);
    }

    @Test
    void runShapedClient_quantisedModelAskedFor_saysOnceThatItIsNot() {
        Logger logger = (Logger) LoggerFactory.getLogger(QuantizationNotice.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        RunShapedClientApp app = new RunShapedClientApp(SHAPE, shape -> (message, context) -> message.content());
        try {
            send(app, Map.of("model.quantization", 0L), 1);
            send(app, Map.of("model.quantization", ""), 1);
            assertThat(log.list).isEmpty();

            send(app, Map.of("model.quantization", 4L), 3);
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(log.list.get(0).getFormattedMessage()).contains("model.quantization = 4", "float32");
    }

    @Test
    void runShapedClient_sameShape_keepsItsClient() {
        List<RunShape> made = new ArrayList<>();
        RunShapedClientApp app = new RunShapedClientApp(SHAPE, shape -> {
            made.add(shape);
            return (message, context) -> message.content();
        });

        send(app, Map.of("model.lora.peft-lora-r", 4L), 2);
        send(app, Map.of(), 1);

        assertThat(made).extracting(shape -> shape.lora().r()).containsExactly(4, 8);
    }

    /** A run of another shape comes in between while the first one's client is being made. */
    @Test
    void runShapedClient_twoShapesInterleaved_eachGetsItsOwn() {
        List<Integer> made = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        AtomicReference<RunShapedClientApp> self = new AtomicReference<>();
        self.set(new RunShapedClientApp(SHAPE, shape -> {
            int rank = shape.lora().r();
            made.add(rank);
            if (made.size() == 1) {
                send(Objects.requireNonNull(self.get()), Map.of("model.lora.peft-lora-r", 4L), 1);
            }
            return (message, context) -> {
                asked.add(rank);
                return message.content();
            };
        }));

        RunShapedClientApp shaped = Objects.requireNonNull(self.get());
        send(shaped, Map.of("model.lora.peft-lora-r", 2L), 2);
        send(shaped, Map.of("model.lora.peft-lora-r", 4L), 1);

        assertThat(asked).containsExactly(4, 2, 2, 4);
        assertThat(made).containsExactly(2, 4, 4);
    }

    private static void send(RunShapedClientApp app, Map<String, Object> runConfig, int messages) {
        EmbeddedFederation.builder().node(9, Map.of(), app).runConfig(runConfig).run((grid, context) -> {
            for (int i = 0; i < messages; i++) {
                double now = context.clock().millis() / 1000.0;
                grid.poll(
                        grid.send(List.of(Message.instruction(grid.runId(), 9, "train", RecordDict.empty(), "", now))));
            }
        });
    }
}
