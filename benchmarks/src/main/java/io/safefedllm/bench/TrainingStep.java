package io.safefedllm.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.safefedllm.client.checkpoint.ModelDirectory;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.TextTokenizer;
import io.safefedllm.client.model.CausalLm;
import io.safefedllm.client.model.EngineDevice;
import io.safefedllm.client.model.EngineRuntime;
import io.safefedllm.client.train.LoraTrainer;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.probe.lora.LoraConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Our side of {@link TrainingStepAgainstPeft}: some training steps in a process of their own, one line of JSON at the end.
 *
 * <pre>benchmarks/run TrainingStep MODEL_DIR STEPS ROWS LENGTH THREADS</pre>
 */
public final class TrainingStep {
    private static final LoraConfig LORA = new LoraConfig(8, 16, 0, List.of("q_proj", "v_proj"), "");
    private static final long SEED = 7;
    private static final double RATE = 1e-3;
    private static final double NANOS = 1e9;
    private static final int KIBIBYTES = 1024;

    private TrainingStep() {}

    /** Runs the steps. */
    public static void main(String[] arguments) throws IOException {
        int[] numbers =
                Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
        int steps = numbers[0];
        EngineRuntime.useThreads(numbers[3]);
        ModelDirectory directory = ModelDirectory.open(Path.of(arguments[0]));
        List<Double> seconds = new ArrayList<>();
        try (TextTokenizer tokenizer = TextTokenizer.open(directory.tokenizerFile());
                CausalLm model = CausalLm.load(directory, EngineDevice.CPU)) {
            LoraTrainer trainer = new LoraTrainer(model, tokenizer, LORA);
            Batch batch = batch(directory.config().dimensions().vocabulary(), numbers[1], numbers[2]);
            long[] last = {System.nanoTime()};
            TrainingPlan plan = TrainingPlan.of(steps, batch.rows(), RATE, SEED);
            TrainingResult result = trainer.train(trainer.initial(SEED), () -> batch, plan, (report, adapter) -> {
                long now = System.nanoTime();
                seconds.add((now - last[0]) / NANOS);
                last[0] = now;
            });
            System.out.println(new JsonMapper()
                    .writeValueAsString(
                            Map.of("seconds", seconds, "losses", result.losses(), "peakMebibytes", peakMebibytes())));
        }
    }

    /** Random tokens, all of them trained. */
    private static Batch batch(int vocabulary, int rows, int length) {
        Random dice = new Random(SEED);
        int[][] ids = new int[rows][length];
        int[][] mask = new int[rows][length];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(mask[row], 1);
            for (int t = 0; t < length; t++) {
                ids[row][t] = dice.nextInt(vocabulary);
            }
        }
        return Batch.of(ids, mask, ids);
    }

    /** The largest resident size so far, as Linux counts it for this process. */
    private static long peakMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIBIBYTES)
                .findFirst()
                .orElseThrow();
    }
}
