package io.safefedllm.app.train;

import io.safefedllm.client.train.StepReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the steps of a training were like and how fast they went. Confined to the thread of the training. */
final class TrainingLog {
    private static final double NANOS = 1e9;

    private final List<StepReport> steps = new ArrayList<>();
    private final long startNanos;
    private long lastNanos;
    private long tokens;

    TrainingLog(long startNanos) {
        this.startNanos = startNanos;
        this.lastNanos = startNanos;
    }

    void add(StepReport step, long nowNanos) {
        steps.add(step);
        tokens += step.tokens();
        lastNanos = nowNanos;
    }

    /** Returns what a progress bar shows after a step. */
    String note() {
        return String.format(Locale.ROOT, "loss %.4f, %.0f tokens/s", last().loss(), tokensPerSecond());
    }

    /** Returns the last line for people. */
    String summary(double meanLoss) {
        return String.format(
                Locale.ROOT,
                "mean loss %.4f, last loss %.4f, %.3f s a step, %.0f tokens/s",
                meanLoss,
                last().loss(),
                secondsPerStep(),
                tokensPerSecond());
    }

    /** Returns what programs read beside the losses. */
    Map<String, Object> numbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put(
                "learningRates", steps.stream().map(StepReport::learningRate).toList());
        numbers.put(
                "gradientNorms", steps.stream().map(StepReport::gradientNorm).toList());
        numbers.put("tokens", tokens);
        numbers.put("tokensPerSecond", tokensPerSecond());
        numbers.put("secondsPerStep", secondsPerStep());
        return numbers;
    }

    private StepReport last() {
        return steps.get(steps.size() - 1);
    }

    private double secondsPerStep() {
        return seconds() / steps.size();
    }

    private double tokensPerSecond() {
        return tokens / seconds();
    }

    private double seconds() {
        return Math.max(1, lastNanos - startNanos) / NANOS;
    }
}
