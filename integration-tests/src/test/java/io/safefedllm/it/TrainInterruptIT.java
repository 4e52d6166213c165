package io.safefedllm.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.safefedllm.it.harness.ManagedProcess;
import io.safefedllm.it.harness.OwnCommand;
import io.safefedllm.it.harness.ProcessOutputOnFailure;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C on a training that would take hours leaves an adapter that loads and that a further training goes on with. */
@ExtendWith(ProcessOutputOnFailure.class)
class TrainInterruptIT {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration END_LIMIT = Duration.ofMinutes(1);
    private static final int INTERRUPTED = 130;

    @TempDir
    private Path directory;

    @Test
    void train_interrupted_leavesTheLatestAdapterAndSaysSo() throws IOException {
        Path rows = Files.writeString(
                directory.resolve("rows.json"), "[{\"instruction\": \"say a\", \"input\": \"\", \"output\": \"a\"}]");
        Path out = directory.resolve("adapter");

        try (ManagedProcess training = train(rows, out, "1000000")) {
            training.awaitOutput("first step: loss", START_LIMIT);
            training.interrupt();

            assertThat(training.awaitExit(END_LIMIT)).isEqualTo(INTERRUPTED);
            assertThat(training.output())
                    .containsPattern("interrupted: .*adapter holds the adapter after [1-9]\\d* of 1000000 steps")
                    .contains("SFL-130");
        }

        PeftAdapter left = PeftDirectory.read(out);
        assertThat(left.adapter())
                .isNotEqualTo(PeftDirectory.read(TinyLlama.INITIAL_ADAPTER).adapter());
        try (ManagedProcess further = train(rows, directory.resolve("further"), "1", "--from", out.toString())) {
            assertThat(further.awaitExit(START_LIMIT)).isZero();
        }
    }

    private ManagedProcess train(Path rows, Path out, String steps, String... more) {
        List<String> options = List.of(
                "train", "--model", TinyLlama.MODEL.toString(), "--data", rows.toString(), "--out", out.toString());
        List<String> further = List.of("--steps", steps, "--batch-size", "2", "--learning-rate", "0.001");
        return ManagedProcess.start(OwnCommand.launch(
                "train",
                directory,
                Stream.of(options, further, List.of(more)).flatMap(List::stream).toList()));
    }
}
