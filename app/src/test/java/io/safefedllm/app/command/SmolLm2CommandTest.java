package io.safefedllm.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.app.Harness;
import io.safefedllm.app.config.CacheDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real language model from end to end: fetched once, trained for a few short steps, asked with and without the adapter. */
class SmolLm2CommandTest {
    private static final String ROW =
            "{\"instruction\":\"What is the capital of Atlantis?\",\"output\":\"It is Poseidonis.\"}\n";

    @TempDir
    private Path directory;

    private final Harness program = new Harness();

    @Test
    void smollm2_trainedOnOneAnswer_givesItAndTheBareModelSpeaksAsBefore() throws IOException {
        String model = model();
        Path data = Files.writeString(directory.resolve("rows.jsonl"), ROW);
        String adapter = directory.resolve("adapter").toString();

        JsonNode losses = train(model, data.toString(), adapter);

        assertThat(losses).hasSize(6);
        assertThat(losses.get(5).doubleValue()).isLessThan(losses.get(0).doubleValue() / 2);
        String question = "What is the capital of France?";
        assertThat(answer("--model", model, question)).isEqualTo("The capital of France is Paris.\n");
        assertThat(answer(
                        "--model",
                        model,
                        "--adapter",
                        adapter,
                        "--prompt",
                        "alpaca",
                        "What is the capital of Atlantis?"))
                .contains("Poseidonis");
    }

    /** The directory of the cache, which the tests of the trainer use too. */
    private String model() {
        program.environment.putAll(System.getenv());
        Path cache = new CacheDirectory(System.getenv(), Path.of(System.getProperty("user.home"))).path();
        String model = cache.resolve("models/smollm2-f32").toString();
        int status = program.run("model", "get", "smollm2", "--out", model);
        boolean unreachable = program.err().contains("SFL-310");
        if (unreachable) {
            System.out.println("skipped: SmolLM2 cannot be fetched: " + program.err());
        }
        assumeTrue(!unreachable, "SmolLM2 cannot be fetched");
        assertThat(status).isZero();
        return model;
    }

    private static JsonNode train(String model, String data, String adapter) throws IOException {
        Harness training = new Harness();
        int status = training.run(
                "train",
                "--model",
                model,
                "--data",
                data,
                "--out",
                adapter,
                "--json",
                "--steps",
                "6",
                "--batch-size",
                "1",
                "--learning-rate",
                "0.01");
        assertThat(training.err()).doesNotContain("SFL-");
        assertThat(status).isZero();
        return new JsonMapper().readTree(training.out()).get("losses");
    }

    private static String answer(String... arguments) {
        Harness asking = new Harness();
        String[] all = new String[arguments.length + 3];
        all[0] = "generate";
        all[1] = "--max-tokens";
        all[2] = "12";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        assertThat(asking.run(all)).isZero();
        return asking.out();
    }
}
