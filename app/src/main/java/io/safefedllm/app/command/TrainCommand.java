package io.safefedllm.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.client.train.TrainingPlan;
import io.safefedllm.client.train.TrainingResult;
import io.safefedllm.probe.lora.LoraAdapter;
import io.safefedllm.probe.store.PeftAdapter;
import io.safefedllm.probe.store.PeftDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains an adapter without any federation. */
@Command(
        name = "train",
        description = "Train a LoRA adapter on local data, as a node does in one round.",
        footer = {
            "",
            "Example:",
            "  ./safe-fedllm train --model examples/tiny-llama --data rows.json --steps 20 --out adapter"
        })
final class TrainCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;

    private final Console console;
    private final ProgressBars bars;
    private final InstantSource clock;

    @Mixin
    private TrainingOptions options;

    @Option(
            names = "--from",
            paramLabel = "ADAPTER_DIR",
            description = "PEFT directory of the adapter to begin with (default: PEFT's first adapter, from --seed).")
    private @Nullable Path from;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the adapter goes.")
    private Path out;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Inject
    TrainCommand(Console console, ProgressBars bars, InstantSource clock) {
        this.console = console;
        this.bars = bars;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        TrainingPlan plan = options.plan();
        @Nullable PeftAdapter start = from == null ? null : Artifacts.readAdapter("--from", from);
        try (LoadedTraining training = options.open(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))) {
            LoraAdapter first = start == null ? training.first() : start.adapter();
            if (!first.layout().hasSameTensors(training.first().layout())) {
                throw new Failure(
                        FailureCode.ADAPTER_DIRECTORY,
                        "--from '" + from + "' does not fit the model, the rank and the target modules",
                        "Set --lora-r and --lora-target-modules to those of the adapter");
            }
            long started = System.nanoTime();
            TrainingResult result = train(training, first, plan);
            double seconds = (System.nanoTime() - started) / NANOS / plan.steps();
            PeftDirectory.write(out, new PeftAdapter(options.lora(), result.adapter()));
            report(result, seconds);
        }
        return 0;
    }

    private TrainingResult train(LoadedTraining training, LoraAdapter first, TrainingPlan plan) {
        try (ProgressBars.Bar bar = bars.open("training", plan.steps(), "steps")) {
            return training.trainer()
                    .train(
                            first,
                            training.rows(),
                            plan,
                            (step, adapter) ->
                                    bar.at(step.step(), String.format(Locale.ROOT, "loss %.4f", step.loss())));
        }
    }

    private void report(TrainingResult result, double secondsPerStep) throws JsonProcessingException {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("out", out.toString());
            line.put("losses", result.losses());
            line.put("meanLoss", result.meanLoss());
            line.put("examples", result.examples());
            line.put("secondsPerStep", secondsPerStep);
            line.put("sha256", result.adapter().sha256());
            console.out().println(new JsonMapper().writeValueAsString(line));
            return;
        }
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %d examples, mean loss %.4f, last loss %.4f, %.3f s a step",
                        out,
                        result.examples(),
                        result.meanLoss(),
                        result.losses().get(result.losses().size() - 1),
                        secondsPerStep));
    }
}
