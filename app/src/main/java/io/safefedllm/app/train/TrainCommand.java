package io.safefedllm.app.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.inject.Inject;
import io.safefedllm.app.console.Console;
import io.safefedllm.app.console.ProgressBars;
import io.safefedllm.app.console.Shutdown;
import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.app.option.Artifacts;
import io.safefedllm.app.option.LoadedTraining;
import io.safefedllm.app.option.TrainingOptions;
import io.safefedllm.client.data.Batch;
import io.safefedllm.client.data.BatchSource;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
            "Ctrl-C ends the training; the adapter after the latest finished step is then in --out, complete.",
            "Before the first finished step, --out stays as it was.",
            "",
            "The losses of steps are those of different rows, with dropout. Whether they learn is said at the end: the loss",
            "of the first step's rows without dropout, before the training and after it.",
            "",
            "Example:",
            "  ./safe-fedllm train --model examples/tiny-llama --data rows.json --steps 20 --out adapter"
        })
public final class TrainCommand implements Callable<Integer> {
    private final Console console;
    private final ProgressBars bars;
    private final InstantSource clock;
    private final Shutdown shutdown;

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
    TrainCommand(Console console, ProgressBars bars, InstantSource clock, Shutdown shutdown) {
        this.console = console;
        this.bars = bars;
        this.clock = clock;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws IOException {
        TrainingPlan plan = options.plan();
        @Nullable PeftAdapter start = from == null ? null : Artifacts.readAdapter("--from", from);
        try (LoadedTraining training = options.open(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))) {
            LoraAdapter first = start == null ? training.first() : start.adapter();
            if (start != null) {
                requireFit(start, training.first());
            }
            announce(training);
            List<Batch> firstStep = firstStep(training, plan);
            double before = loss(training, first, plan, firstStep);
            TrainingLog log = new TrainingLog(System.nanoTime());
            TrainingResult result = train(training, first, plan, log);
            PeftDirectory.write(out, new PeftAdapter(options.lora(), result.adapter()));
            report(
                    training,
                    result,
                    log,
                    FirstStepLoss.measure(before, () -> loss(training, result.adapter(), plan, firstStep)));
        }
        return 0;
    }

    private static List<Batch> firstStep(LoadedTraining training, TrainingPlan plan) {
        BatchSource batches = BatchSource.shuffled(training.rows(), plan.batchSize(), plan.seed());
        return Stream.generate(batches::next)
                .limit(plan.accumulation().microBatches())
                .toList();
    }

    private static double loss(LoadedTraining training, LoraAdapter adapter, TrainingPlan plan, List<Batch> batches) {
        return training.trainer().loss(adapter, batches, plan.accumulation().average());
    }

    /** A start of another scale would be another adapter: its product B A would count more or less than it did. */
    private void requireFit(PeftAdapter start, LoraAdapter wanted) {
        if (!start.adapter().layout().hasSameTensors(wanted.layout())) {
            throw new Failure(
                    FailureCode.ADAPTER_DIRECTORY,
                    "--from '" + from + "' does not fit the model, the rank and the target modules",
                    "Set --lora-r and --lora-target-modules to those of the adapter");
        }
        double found = start.config().scale();
        double asked = options.lora().scale();
        if (found != asked) {
            throw new Failure(
                    FailureCode.ADAPTER_DIRECTORY,
                    "--from '" + from + "' has the scale alpha/r " + found + ", but " + asked + " was asked for",
                    "Set --lora-alpha to that of the adapter, " + start.config().alpha());
        }
    }

    private void announce(LoadedTraining training) {
        int dropped = training.rows().droppedExamples();
        console.err()
                .println("training on " + training.describeEngine() + ": "
                        + training.rows().size() + " rows"
                        + (dropped == 0
                                ? ""
                                : ", " + dropped + " left out because nothing is trained within their first "
                                        + options.maxLength() + " tokens"));
    }

    private TrainingResult train(LoadedTraining training, LoraAdapter first, TrainingPlan plan, TrainingLog log) {
        LatestAdapter latest = new LatestAdapter(out, options.lora(), plan.steps(), console);
        try (ProgressBars.Bar bar = bars.open("training", plan.steps(), "steps")) {
            return latest.during(
                    shutdown, () -> training.trainer().train(first, training.rows(), plan, (step, adapter) -> {
                        latest.afterStep(shutdown, step.step(), adapter.get());
                        log.add(step, System.nanoTime());
                        bar.at(step.step(), log.note());
                        if (step.step() == 1 && !console.terminal()) {
                            console.err().println("first step: " + log.note());
                        }
                    }));
        }
    }

    private void report(LoadedTraining training, TrainingResult result, TrainingLog log, FirstStepLoss firstStep)
            throws JsonProcessingException {
        if (!json) {
            console.out().println(out + ": " + result.examples() + " examples, " + log.summary(result.meanLoss()));
            console.out().println(firstStep.summary());
            return;
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("out", out.toString());
        line.put("device", training.device().toString());
        line.put("losses", result.losses());
        line.put("meanLoss", result.meanLoss());
        line.put("examples", result.examples());
        line.put("rows", training.rows().size());
        line.put("rowsLeftOut", training.rows().droppedExamples());
        line.put("firstBatch", firstStep.numbers());
        line.putAll(log.numbers());
        line.put("sha256", result.adapter().sha256());
        console.out().println(new JsonMapper().writeValueAsString(line));
    }
}
