package io.safefedllm.app.option;

import io.safefedllm.app.failure.Failure;
import io.safefedllm.app.failure.FailureCode;
import io.safefedllm.client.exchange.StepSettings;
import io.safefedllm.client.train.Accumulation;
import io.safefedllm.client.train.Schedule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How a single optimiser step is taken; the defaults are those of {@link StepSettings#DEFAULTS}. */
final class StepOptions {
    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "Batches whose gradients make one step (default: ${DEFAULT-VALUE}).")
    private int accumulation = Accumulation.NONE.microBatches();

    @Option(
            names = "--loss-average",
            paramLabel = "OF",
            description = "What the loss of several batches is the mean of: batches, or tokens as in newer releases of"
                    + " transformers (default: ${DEFAULT-VALUE}).")
    private String average = word(StepSettings.DEFAULTS.average());

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            description = "Course of the learning rate over the steps: constant, constant_with_warmup, linear, cosine"
                    + " (default: ${DEFAULT-VALUE}).")
    private String schedule = word(StepSettings.DEFAULTS.schedule().shape());

    @Option(
            names = "--warmup-steps",
            paramLabel = "N",
            description = "Steps over which the rate rises from 0, with every schedule but constant"
                    + " (default: ${DEFAULT-VALUE}).")
    private int warmupSteps = StepSettings.DEFAULTS.schedule().warmupSteps();

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Of AdamW, decoupled (default: ${DEFAULT-VALUE}).")
    private double weightDecay = StepSettings.DEFAULTS.weightDecay();

    @Option(
            names = "--max-grad-norm",
            paramLabel = "X",
            description = "Largest norm of the gradient; 0 for no bound (default: ${DEFAULT-VALUE}).")
    private double maxGradNorm;

    int accumulation() {
        if (accumulation < 1) {
            throw new Failure(FailureCode.USAGE, "--accumulation must be at least 1 but was " + accumulation, "");
        }
        return accumulation;
    }

    /** Returns the settings, checked. */
    StepSettings settings() {
        if (!(maxGradNorm >= 0 && weightDecay >= 0)) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--max-grad-norm and --weight-decay must not be negative but were " + maxGradNorm + " and "
                            + weightDecay,
                    "");
        }
        return Checked.usage(() -> new StepSettings(
                schedule(),
                weightDecay,
                maxGradNorm > 0 ? OptionalDouble.of(maxGradNorm) : OptionalDouble.empty(),
                named("--loss-average", Accumulation.Average.values(), average)));
    }

    private Schedule schedule() {
        Schedule.Shape shape = named("--schedule", Schedule.Shape.values(), schedule);
        if (shape == Schedule.Shape.CONSTANT && warmupSteps > 0) {
            throw new Failure(
                    FailureCode.USAGE,
                    "--warmup-steps " + warmupSteps + " has no effect with --schedule constant",
                    "Use --schedule constant_with_warmup, or leave it out");
        }
        return new Schedule(shape, warmupSteps);
    }

    private static <E extends Enum<E>> E named(String option, E[] known, String name) {
        return Arrays.stream(known)
                .filter(value -> word(value).equals(name))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        FailureCode.USAGE,
                        option + " must be one of "
                                + List.of(known).stream().map(StepOptions::word).collect(Collectors.joining(", "))
                                + " but was '" + name + "'",
                        ""));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
