package io.safefedllm.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How long does a LoRA step take, and how much memory, beside torch, transformers and PEFT?
 *
 * <p>Both sides train the same adapter (r 8, q and v) from the same seed on the same random rows, all tokens trained, float32,
 * each in a process of its own, A-B-A-B. The first step of a process does not count; of the others the shortest of all runs does.
 * The losses are compared too, so that both sides have done the same work.
 *
 * <pre>benchmarks/run TrainingStepAgainstPeft MODEL_DIR PYTHON [STEPS ROWS LENGTH THREADS RUNS]</pre>
 *
 * <p>PYTHON is the interpreter of an environment with torch 2.7.1, transformers and PEFT ({@code ./mvnw verify -Ppeft} makes one).
 * On two shared cores a step of SmolLM2-135M on 4 x 128 tokens takes two to three seconds on either side, in two to three
 * gigabytes. Ends with status 1 when a bar is missed: at most 1.5 times the seconds and 1.2 times the memory.
 */
public final class TrainingStepAgainstPeft {
    private static final double MOST_TIME = 1.5;
    private static final double MOST_MEMORY = 1.2;
    private static final double LOSS_TOLERANCE = 1e-3;
    private static final String[] DEFAULTS = {"4", "4", "128", "2", "2"};
    private static final JsonMapper JSON = new JsonMapper();

    private TrainingStepAgainstPeft() {}

    /** What the runs of one side came to. */
    private record Side(String name, double seconds, long mebibytes, double lastLoss) {
        static Side of(String name, List<JsonNode> runs) {
            double seconds = runs.stream()
                    .flatMap(run -> StreamSupport.stream(run.get("seconds").spliterator(), false)
                            .skip(1))
                    .mapToDouble(JsonNode::doubleValue)
                    .min()
                    .orElseThrow();
            long mebibytes = runs.stream()
                    .mapToLong(run -> run.get("peakMebibytes").longValue())
                    .min()
                    .orElseThrow();
            JsonNode losses = runs.get(0).get("losses");
            return new Side(
                    name, seconds, mebibytes, losses.get(losses.size() - 1).doubleValue());
        }

        void print() {
            System.out.printf(
                    Locale.ROOT, "%-6s %8.3f s a step %6d MiB  last loss %.6f%n", name, seconds, mebibytes, lastLoss);
        }
    }

    /** Runs both sides in turn and prints the ratios. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String[] numbers = DEFAULTS.clone();
        System.arraycopy(arguments, 2, numbers, 0, arguments.length - 2);
        List<String> work = new ArrayList<>(List.of(arguments[0]));
        work.addAll(List.of(numbers).subList(0, 4));
        List<JsonNode> ours = new ArrayList<>();
        List<JsonNode> theirs = new ArrayList<>();
        for (int run = 0; run < Integer.parseInt(numbers[4]); run++) {
            ours.add(run(work, ours()));
            theirs.add(run(work, List.of(arguments[1], script())));
        }
        Side us = Side.of("ours", ours);
        Side peft = Side.of("PEFT", theirs);
        us.print();
        peft.print();
        double time = us.seconds() / peft.seconds();
        double memory = (double) us.mebibytes() / peft.mebibytes();
        System.out.printf(Locale.ROOT, "ratio  %8.2f of the time %8.2f of the memory%n", time, memory);
        boolean same = Math.abs(us.lastLoss() - peft.lastLoss()) < LOSS_TOLERANCE;
        if (!same) {
            System.out.println("the losses differ: the two sides did not do the same work");
        }
        System.exit(same && time <= MOST_TIME && memory <= MOST_MEMORY ? 0 : 1);
    }

    private static List<String> ours() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=1024g", // the weights lie there; it is a bound, and nothing is reserved
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingStep.class.getName());
    }

    private static String script() {
        return Path.of(System.getProperty("safefedllm.root"), "benchmarks", "src", "main", "python", "training_step.py")
                .toString();
    }

    private static JsonNode run(List<String> work, List<String> program) throws IOException, InterruptedException {
        List<String> command = Stream.concat(program.stream(), work.stream()).toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OPT_OUT_TRACKING", "true");
        builder.environment().put("HF_HUB_OFFLINE", "1");
        builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with status " + process.exitValue());
        }
        String line = output.lines().reduce((first, second) -> second).orElseThrow();
        System.out.println((program.size() > 2 ? "ours " : "PEFT ") + line);
        return JSON.readTree(line);
    }
}
