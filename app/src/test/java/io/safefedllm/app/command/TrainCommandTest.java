package io.safefedllm.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.app.Harness;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
