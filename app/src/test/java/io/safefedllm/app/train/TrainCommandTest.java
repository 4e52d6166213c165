package io.safefedllm.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.Harness;
import io.safefedllm.app.shipped.Bundled;
import io.safefedllm.client.train.TrainingException;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the bundled model, in two steps. */
class TrainCommandTest {
    @TempDir
    private Path directory;

    @Test
    void train_sameSeedTwice_writesTheSameAdapter() throws IOException {
        Path rows = Files.writeString(
                directory.resolve("rows.jsonl"),
                "{\"instruction\":\"say a\",\"output\":\"a\"}\n{\"instruction\":\"say b\",\"output\":\"b\"}\n");

        PeftAdapter first = train(rows, "first");
        PeftAdapter second = train(rows, "second");

        assertThat(first.config().r()).isEqualTo(4);
        assertThat(first.adapter().sha256()).isEqualTo(second.adapter().sha256());
    }

    @Test
    void train_rowsThatCanBeLearnt_lowersTheLossOfTheFirstBatch() throws IOException {
        Harness program = new Harness();
        run(program, rows(), "--steps", "5", "--learning-rate", "0.01", "--json");

        JsonNode result = new JsonMapper().readTree(program.out());
        double before = result.at("/firstBatch/before").doubleValue();
        assertThat(before).isPositive();
        assertThat(result.at("/firstBatch/after").doubleValue()).isPositive().isLessThan(before);
        assertThat(program.err())
                .containsPattern("training on (cpu|cuda:0) \\(auto.*\\), PyTorch 2\\.7\\.1, .*: 1 rows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batches", "tokens"})
    void train_severalBatchesAStep_measuresTheLossOfThemAll(String average) throws IOException {
        Path rows = Files.writeString(
                directory.resolve("rows.jsonl"),
                """
                {"instruction":"say a","output":"a"}
                {"instruction":"say more","output":"b c d e f g"}
                {"instruction":"say it","output":"the is"}
                """);
        Harness program = new Harness();
        run(program, rows, "--accumulation", "3", "--loss-average", average, "--lora-dropout", "0", "--json");

        JsonNode result = new JsonMapper().readTree(program.out());
        assertThat(result.at("/firstBatch/before").doubleValue())
                .isCloseTo(result.at("/losses/0").doubleValue(), within(1e-6));
        assertThat(result.at("/firstBatch/after").doubleValue())
                .isLessThan(result.at("/firstBatch/before").doubleValue());
    }

    @Test
    void firstStepLoss_thatCannotBeComputedAfterwards_isUnknownAndSaysWhy() {
        FirstStepLoss loss = FirstStepLoss.measure(2.5, () -> {
            throw new TrainingException("memory ran out");
        });

        assertThat(loss.summary())
                .isEqualTo("loss of the first step's rows: 2.5000 before, unknown after: memory ran out");
        assertThat(loss.numbers())
                .containsEntry("before", 2.5)
                .containsEntry("after", null)
                .containsEntry("unknown", "memory ran out");
        assertThat(FirstStepLoss.measure(2.5, () -> 1.5).numbers()).containsOnlyKeys("before", "after");
    }

    @Test
    void train_conversations_areRenderedWithTheModelsTemplate() throws IOException {
        Path model = copyOfTheModel();
        Path chats = Files.writeString(
                directory.resolve("chats.jsonl"),
                "{\"messages\":[{\"role\":\"user\",\"content\":\"say a\"},{\"role\":\"assistant\",\"content\":\"a\"}]}\n");
        Path rows =
                Files.writeString(directory.resolve("rows.jsonl"), "{\"instruction\":\"say a\",\"output\":\"a\"}\n");
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{% for m in messages %}{{ m.content }}{{ ' ' if not loop.last }}{% endfor %}"
                        + "{% if add_generation_prompt %}{{ ' ' }}{% endif %}");

        String chat = losses(model, chats);

        assertThat(chat).isNotEqualTo(losses(model, rows));
        Files.delete(model.resolve("chat_template.jinja"));
        Harness program = new Harness();
        assertThat(program.run("train", "--model", model.toString(), "--data", chats.toString(), "--out", "unused"))
                .isNotZero();
        assertThat(program.err()).contains("no chat template", "SFL-");
    }

    @Test
    void train_fromAnAdapterOfAnotherScale_isRefusedAndNamesBoth() throws IOException {
        Path rows = rows();
        train(rows, "first");

        Harness other = continued(rows, "--lora-alpha", "64");
        Harness same = continued(rows, "--lora-alpha", "16");

        assertThat(other.err())
                .contains("SFL-106", "alpha/r 4.0", "16.0 was asked for", "--lora-alpha", "adapter, 16.0");
        assertThat(directory.resolve("second")).isDirectory();
        assertThat(same.err()).doesNotContain("SFL-");
    }

    @Test
    void train_interruptedBeforeTheFirstStepIsDone_leavesOutAsItWas() throws IOException {
        Path rows = rows();
        String before = train(rows, "second").adapter().sha256();
        Harness program = new Harness();
        program.shutdown.request();

        int status = run(program, rows, "--lora-r", "4");

        assertThat(status).isEqualTo(130);
        assertThat(program.err()).contains("second is as it was", "SFL-130");
        assertThat(PeftDirectory.read(directory.resolve("second")).adapter().sha256())
                .isEqualTo(before);
    }

    private Path rows() throws IOException {
        return Files.writeString(directory.resolve("rows.jsonl"), "{\"instruction\":\"say a\",\"output\":\"a\"}\n");
    }

    private Harness continued(Path rows, String... more) {
        Harness program = new Harness();
        List<String> options = new ArrayList<>(
                List.of("--lora-r", "4", "--from", directory.resolve("first").toString()));
        options.addAll(List.of(more));
        run(program, rows, options.toArray(String[]::new));
        return program;
    }

    private int run(Harness program, Path rows, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "train",
                "--model",
                Bundled.model().toString(),
                "--data",
                rows.toString(),
                "--out",
                directory.resolve("second").toString(),
                "--batch-size",
                "1"));
        if (!List.of(more).contains("--steps")) {
            options.addAll(List.of("--steps", "1"));
        }
        options.addAll(List.of(more));
        return program.run(options.toArray(String[]::new));
    }

    private Path copyOfTheModel() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("model"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(Bundled.model().resolve(file), copy.resolve(file));
        }
        return copy;
    }

    private String losses(Path model, Path data) {
        Harness program = new Harness();
        int status = program.run(
                "train",
                "--model",
                model.toString(),
                "--data",
                data.toString(),
                "--out",
                directory.resolve("losses").toString(),
                "--json",
                "--steps",
                "1",
                "--batch-size",
                "1");
        assertThat(program.err()).doesNotContain("SFL-");
        assertThat(status).isZero();
        return program.out().replaceAll(".*\"losses\":\\[([^]]*)].*", "$1").strip();
    }

    private PeftAdapter train(Path rows, String name) throws IOException {
        Harness program = new Harness();
        Path out = directory.resolve(name);
        String model = Bundled.model().toString();

        int status = program.run(
                "train",
                "--model",
                model,
                "--data",
                rows.toString(),
                "--out",
                out.toString(),
                "--json",
                "--lora-r",
                "4",
                "--steps",
                "2",
                "--batch-size",
                "2",
                "--learning-rate",
                "0.01");

        assertThat(program.err()).doesNotContain("SFL-");
        assertThat(status).isZero();
        assertThat(program.out()).startsWith("{\"out\":").contains("\"losses\":[", "\"secondsPerStep\":");
        return PeftDirectory.read(out);
    }
}
