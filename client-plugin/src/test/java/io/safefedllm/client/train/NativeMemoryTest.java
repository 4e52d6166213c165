package io.safefedllm.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.probe.lora.LoraConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whole training steps of the bundled model leave nothing behind: what the process occupies is the same after hundreds of them.
 * With {@code -Psoak} it is 2,000 steps.
 *
 * <p>A step that kept one array of its smallest layer output would grow by the bound within the short form already.
 */
class NativeMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final LoraConfig LORA = new LoraConfig(8, 16, 0.1, List.of("all-linear"), "tiny-llama");
    private static final int STEPS = Integer.getInteger("safefedllm.memory.steps", 300);
    private static final int WARM_UP = 100;
    private static final int ROWS = 4;
    private static final int LENGTH = 48;
    private static final long BOUND_KIBIBYTES = 12 * 1024;

    @Test
    void training_manySteps_occupiesNoMoreMemory() {
        boolean readable = Files.isReadable(STATUS);
        if (!readable) {
            System.out.println("NativeMemoryTest does not run: " + STATUS + " is not here");
        }
        assumeTrue(readable, "no " + STATUS);
        ModelDirectory directory =
                ModelDirectory.open(Path.of(System.getProperty("safefedllm.root"), "examples", "tiny-llama"));
        List<Long> resident = new ArrayList<>();

        try (CausalLm model = CausalLm.load(directory, EngineDevice.CPU);
                TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile())) {
            LoraTrainer trainer = new LoraTrainer(model, tokenizer, LORA);
            Batch batch = batch(directory.config().dimensions().vocabulary());
            trainer.train(
                    trainer.initial(1),
                    () -> batch,
                    TrainingPlan.of(WARM_UP + STEPS, ROWS, 1e-4, 1),
                    (report, adapter) -> {
                        if (report.step() == WARM_UP || report.step() == WARM_UP + STEPS) {
                            resident.add(residentKibibytes());
                        }
                    });
        }

        long growth = resident.get(1) - resident.get(0);
        System.out.println("resident memory grew by " + growth + " KiB over " + STEPS + " steps, from " + resident);
        assertThat(growth).isLessThan(BOUND_KIBIBYTES);
    }

    private static Batch batch(int vocabulary) {
        Random dice = new Random(1);
        int[][] ids = new int[ROWS][LENGTH];
        int[][] mask = new int[ROWS][LENGTH];
        for (int row = 0; row < ROWS; row++) {
            for (int t = 0; t < LENGTH; t++) {
                ids[row][t] = dice.nextInt(vocabulary);
                mask[row][t] = 1;
            }
        }
        return Batch.of(ids, mask, ids);
    }

    /** Collects what Java holds on to first, so that what is left is held by somebody. */
    private static long residentKibibytes() {
        System.gc();
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
